"""SIGTERM: what was begun is finished, the status is 0, and the next start finds everything."""
import json
import threading
import time

from harness import E2E, main, message, read_answer


class Shutdown(E2E):
    def test_idle(self):
        profile = self.fresh()
        self.ok(profile.remember("The office is in Lisbon."))
        exported = profile.export()
        begin = time.monotonic()
        self.restart()
        self.assertLess(time.monotonic() - begin, 30)
        self.assertEqual(profile.export(), exported)

    def test_under_load(self):
        profiles = [self.fresh() for _ in range(3)]
        acknowledged = [set() for _ in profiles]
        surprises = []

        def write(i):
            count = 0
            try:
                while True:
                    count += 1
                    text = f"Machine {count} of group {i} is called node-{i}-{count}."
                    reply = profiles[i].ingest([message(text)], f"s{count % 7}")
                    if reply.status == 200:
                        acknowledged[i].add(text)
                    elif reply.status != 503:
                        surprises.append(reply)
            except OSError:
                return

        threads = [threading.Thread(target=write, args=(i,)) for i in range(len(profiles))]
        for thread in threads:
            thread.start()
        time.sleep(1)
        status = self.server.stop()
        for thread in threads:
            thread.join()
        self.assertEqual(status, 0, self.server.log_tail())
        self.assertEqual(surprises, [])
        self.server.start()
        for profile, texts in zip(profiles, acknowledged):
            self.assertTrue(texts)
            self.assertLessEqual(texts, profile.contents())
            profile.settle()

    def test_a_request_in_flight_is_answered(self):
        profile = self.fresh()
        body = json.dumps({"messages": [message("The last server is called omega.")], "sessionId": "s"}).encode()
        head = self.server.head("POST", profile.path + "/ingest", "Content-Type: application/json", f"Content-Length: {len(body)}")
        with self.server.raw(head + body[:10]) as sock:
            time.sleep(0.2)
            stopped = []
            stopper = threading.Thread(target=lambda: stopped.append(self.server.stop()))
            stopper.start()
            time.sleep(0.3)
            sock.sendall(body[10:])
            status, answer = read_answer(sock)
        stopper.join()
        self.assertEqual((status, stopped), (200, [0]), answer)
        self.server.start()
        self.assertEqual(profile.contents(), {"The last server is called omega."})

    def test_an_idle_connection_does_not_hold_it_up(self):
        with self.server.raw(b"") as idle, self.server.raw(b"GET /readyz HT") as begun:
            begin = time.monotonic()
            self.assertEqual(self.server.stop(), 0)
            self.assertLess(time.monotonic() - begin, 30)
            self.assertIsNotNone((idle, begun))
        self.server.start()


if __name__ == "__main__":
    main()
