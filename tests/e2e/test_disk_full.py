"""A full disk: writes are refused with 503, nothing acknowledged is lost, reads go on, and room makes writes work again.

Runs itself in a mount namespace of its own, where it mounts a tmpfs of 24 MiB: nothing of it is seen outside.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import Server, Space, E2E, main, message, until

INSIDE = "HOLDFAST_E2E_IN_MOUNT_NAMESPACE"


class DiskFull(E2E):
    @classmethod
    def setUpClass(cls):
        cls.profiles = 0
        cls.mount = tempfile.mkdtemp(prefix="holdfast-e2e-disk-")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", cls.mount], check=True)
        cls.addClassCleanup(os.rmdir, cls.mount)
        cls.addClassCleanup(subprocess.run, ["umount", cls.mount], check=True)
        cls.server = Server(pathlib.Path(cls.mount) / "data")
        cls.server.data.mkdir()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.space = Space(cls.server, cls.namespace)
        cls.space.create()

    def fill(self):
        """A file that takes all the room there is."""
        path = pathlib.Path(self.mount) / "filler"
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while file.write(b"f" * size) == size:
                        pass
                except OSError:
                    continue
        return path

    def test_full_and_free_again(self):
        profile = self.fresh()
        acknowledged = set()
        for i in range(20):
            text = f"Server {i} is called heron-{i}."
            self.ok(profile.ingest([message(text)], "s"))
            acknowledged.add(text)
        filler = self.fill()

        refused = None
        for i in range(400):
            text = f"Large note {i}: " + "x" * 8000
            reply = profile.ingest([message(text)], "s")
            if reply.status == 200:
                acknowledged.add(text)
                continue
            refused = reply
            break
        self.assertIsNotNone(refused, "400 large notes went onto a full disk")
        self.error(refused, 503, 11053)
        self.assertRegex(refused.headers.get("Retry-After", ""), r"^\d+$")
        self.assertEqual(self.server.request("GET", "/healthz", token=None).status, 200)

        self.assertLessEqual(acknowledged, profile.contents())
        self.assertTrue(self.ok(profile.recall("What is server 7 called?"))["candidates"])
        self.ok(profile.summary())
        other = self.space.profile("unborn")
        self.assertIn(other.remember("y" * 30000).status, (200, 503))

        filler.unlink()
        text = "After the disk was full the server is called phoenix."
        self.assertTrue(until(lambda: profile.ingest([message(text)], "s").status == 200, 30, 0.5), "writes did not come back")
        acknowledged.add(text)
        self.restart()
        self.assertLessEqual(acknowledged, profile.contents())
        profile.settle()

    def test_killed_while_full(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("The build server is called stork.")], "s"))
        filler = self.fill()
        for i in range(50):
            if profile.ingest([message(f"Large note {i}: " + "x" * 30000)], "s").status != 200:
                break
        self.server.kill()
        filler.unlink()
        self.server.start()
        self.assertIn("The build server is called stork.", profile.contents())
        self.ok(profile.ingest([message("The mail server is called ibis.")], "s"))


if __name__ == "__main__":
    if os.environ.get(INSIDE) != "1":
        os.environ[INSIDE] = "1"
        again = [sys.executable, "-B", *sys.argv]
        alone = ["unshare", "--mount"]
        if subprocess.run([*alone, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            alone = ["unshare", "--user", "--map-root-user", "--mount"]
        os.execvp(alone[0], [*alone, *again])
    main()
