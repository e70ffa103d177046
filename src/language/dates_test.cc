#include "language/dates.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace holdfast::language {
namespace {

// Said on Wednesday, 2026-04-15 unless a test says otherwise.
TimeMs on(std::string_view day) { return *parse_iso(day); }

// The dates found, as "words=iso", joined by "; ".
std::string dates(std::string_view text, std::string_view day = "2026-04-15") {
  std::string all;
  for (const DateMention& date : find_dates(text, on(day))) {
    if (!all.empty()) all += "; ";
    all += std::string(text.substr(date.begin, date.end - date.begin)) + "=" + date.iso;
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view found;
};

TEST(Dates, ReadsWholeDates) {
  for (const auto& [text, found] : {Case{"due 2026-04-14.", "2026-04-14=2026-04-14"},
                                    {"at 2026-04-14T10:00Z", "2026-04-14=2026-04-14"},
                                    {"2026/04/14", "2026/04/14=2026-04-14"},
                                    {"April 14th, 2027", "April 14th, 2027=2027-04-14"},
                                    {"on Apr. 3 2025", "Apr. 3 2025=2025-04-03"},
                                    {"14 April 2027", "14 April 2027=2027-04-14"},
                                    {"the 3rd of May, 2025", "3rd of May, 2025=2025-05-03"},
                                    {"am 14.04.2027", "14.04.2027=2027-04-14"},
                                    {"since March 2025", "March 2025=2025-03"},
                                    {"since 2023", "2023=2023"},
                                    {"summer of 2025", "summer of 2025=summer 2025"},
                                    {"2026-02-30 and 2026-13-01", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ChoosesTheYearByTenseAndNearness) {
  for (const auto& [text, found] : {Case{"we met on March 21", "March 21=2026-03-21"},
                                    {"we met on October 20", "October 20=2025-10-20"},
                                    {"we will meet on October 20", "October 20=2026-10-20"},
                                    {"here since May 2", "May 2=2025-05-02"},
                                    {"14 April works", "14 April=2026-04-14"},
                                    {"until 3 May", "3 May=2026-05-03"},
                                    {"the flight is on December 20", "December 20=2026-12-20"},
                                    {"she visited on 20 December", "20 December=2025-12-20"},
                                    {"by 14.05. please", "14.05.=2026-05-14"},
                                    {"those 5 may be enough", ""},
                                    {"Changed it to 8.2.", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsOrdinalsInWords) {
  for (const auto& [text, found] : {Case{"we fly on the twenty-first", "the twenty-first=2026-04-21"},
                                    {"due by the thirtieth", "the thirtieth=2026-04-30"},
                                    {"it ended on the first of March", "first of March=2026-03-01"},
                                    {"attacks this month the ninth and the tenth",
                                     "this month=2026-04; the ninth=2026-04-09; the tenth=2026-04-10"},
                                    {"the second floor, on the first try", ""},
                                    {"you may second that", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, HearsWhatIsOverAndWhatIsToCome) {
  for (const auto& [text, found] : {Case{"5.14 went out on the 13th as planned", "the 13th=2026-04-13"},
                                    {"I won a thing: second place at the awards, on the 12th", "the 12th=2026-04-12"},
                                    {"mail had gone out on the 7th so they know", "the 7th=2026-04-07"},
                                    {"his last day is on friday", "friday=2026-04-17"},
                                    {"4,000 labels ordered, arrive thurs", "thurs=2026-04-16"},
                                    {"back to conan as of monday", "monday=2026-04-13"},
                                    {"the server moved on the first of the month", "the first of the month=2026-04-01"},
                                    {"rent is due on the first of the month", ""},
                                    {"lag since the 10th, always at noon", "the 10th=2026-04-10"},
                                    {"they moved the flight to the 19th", "the 19th=2026-04-19"},
                                    {"she was born on the 12th", "the 12th=2026-04-12"},
                                    {"home since easter monday", "easter monday=2026-04-06"},
                                    {"we won on easter monday", "easter monday=2026-04-06"}})
    EXPECT_EQ(dates(text), found) << text;
  EXPECT_EQ(dates("74 km!! on easter monday", "2026-04-10"), "easter monday=2026-04-06");
}

TEST(Dates, CountsFromTheDateSaidLast) {
  for (const auto& [text, found] :
       {Case{"4.0 goes out on June 18. Code freeze is one week before.",
             "June 18=2026-06-18; one week before=2026-06-11"},
        {"we leave on May 2 and are back ten days later", "May 2=2026-05-02; ten days later=2026-05-12"},
        {"it broke, and two days later it worked", ""},
        {"call me a week before", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, SaysSinceWhen) {
  for (const auto& [text, found] : {Case{"it's been down for 6 days", "for 6 days=since 2026-04-09"},
                                    {"we have been married for two years", "for two years=since 2024"},
                                    {"she has been here for 3 months", "for 3 months=since 2026-01"},
                                    {"we go there for 6 days", ""},
                                    {"if it has been down for 6 days", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, LeavesCountsAndNamesAlone) {
  for (const auto& [text, found] :
       {Case{"the 2nd bottle is ordered", ""},
        {"19 dives in 11 days", ""},
        {"30 days from now on", ""},
        {"Saturday lessons at Moss Hall", ""},
        {"the 22nd works", "the 22nd=2026-04-22"},
        {"here for three weeks from the 20th", "the 20th=2026-04-20"},
        {"the show is in november, opens the 17th", "november=2026-11; the 17th=2026-11-17"},
        {"born in March 1945", "March 1945=1945-03"},
        {"ran 10.–13.4. on the wheel", "10.–13.4.=2026-04-10 to 2026-04-13"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, CountsFromOtherDates) {
  for (const auto& [text, found] :
       {Case{"one week before May 10", "one week before May 10=2026-05-03"},
        {"the day after the 21st", "the day after the 21st=2026-04-22"},
        {"two weeks from Friday", "two weeks from Friday=2026-05-01"},
        {"the weekend before 17 July", "the weekend before 17 July=2026-07-11 to 2026-07-12"},
        {"the week after May 1", "the week after May 1=week of 2026-05-04"},
        {"days before Easter", "Easter=2027-03-28"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, PlacesADayByTheDateBeforeIt) {
  for (const auto& [text, found] :
       {Case{"I am in Porto Friday to Tuesday", "Friday=2026-04-17; Tuesday=2026-04-21"},
        {"from Thursday until Thursday", "Thursday=2026-04-16; Thursday=2026-04-23"},
        {"the weekend after next, saturday in Bern and sunday in Biel",
         "the weekend after next=2026-04-25 to 2026-04-26; saturday=2026-04-25; sunday=2026-04-26"},
        {"next week Friday", "next week=week of 2026-04-20; Friday=2026-04-24"},
        {"launch on October 6, retro on the 8th", "October 6=2026-10-06; the 8th=2026-10-08"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsPartsOfMonthsAndYears) {
  for (const auto& [text, found] :
       {Case{"in the last week of April", "the last week of April=2026-04-24 to 2026-04-30"},
        {"the second weekend of May", "the second weekend of May=2026-05-09 to 2026-05-10"},
        {"first Monday in May", "first Monday in May=2026-05-04"},
        {"last day of June", "last day of June=2026-06-30"},
        {"the 14th of next month", "the 14th of next month=2026-05-14"},
        {"May next year", "May next year=2027-05"},
        {"in Q3", "Q3=2026-07-01 to 2026-09-30"},
        {"by end of Q3", "end of Q3=2026-09-30"},
        {"2nd half of June", "June=2026-06"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsMoreOfWhatPeopleSay) {
  for (const auto& [text, found] : {Case{"in a fortnight", "in a fortnight=2026-04-29"},
                                    {"in about three weeks", "in about three weeks=2026-05-06"},
                                    {"the next two weeks", "the next two weeks=2026-04-15 to 2026-04-29"},
                                    {"the week after next", "the week after next=week of 2026-04-27"},
                                    {"Friday week", "Friday week=2026-04-24"},
                                    {"half a year ago", "half a year ago=2025-10"},
                                    {"it starts Thursday 23 for us", "Thursday 23=2026-04-23"},
                                    {"active the 22, they say", "the 22=2026-04-22"},
                                    {"14/3/2026 and on 3/14", "14/3/2026=2026-03-14; 3/14=2026-03-14"},
                                    {"version 3/4 on 3/4", ""},
                                    {"the call was moved to Friday", "Friday=2026-04-17"},
                                    {"the contract got extended till January 31", "January 31=2027-01-31"},
                                    {"one order in the last 28 days", ""},
                                    {"6:30 on weekdays, at the weekend none", ""},
                                    {"last delivery 30 June", "30 June=2026-06-30"},
                                    {"Thanksgiving", "Thanksgiving=2026-11-26"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsRanges) {
  for (const auto& [text, found] : {Case{"away April 20-24", "April 20-24=2026-04-20 to 2026-04-24"},
                                    {"from 20 to 24 April", "20 to 24 April=2026-04-20 to 2026-04-24"},
                                    {"May 3rd – 9th, 2027", "May 3rd – 9th, 2027=2027-05-03 to 2027-05-09"},
                                    {"this weekend", "this weekend=2026-04-18 to 2026-04-19"},
                                    {"last weekend", "last weekend=2026-04-11 to 2026-04-12"},
                                    {"we went there over the weekend", "over the weekend=2026-04-11 to 2026-04-12"},
                                    {"the weekend after next", "the weekend after next=2026-04-25 to 2026-04-26"},
                                    {"next quarter", "next quarter=2026-07-01 to 2026-09-30"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsDaysNearToday) {
  for (const auto& [text, found] : {Case{"yesterday", "yesterday=2026-04-14"},
                                    {"last night", "last night=2026-04-14"},
                                    {"tomorrow", "tomorrow=2026-04-16"},
                                    {"today", "today=2026-04-15"},
                                    {"this morning", "this morning=2026-04-15"},
                                    {"the day after tomorrow", "the day after tomorrow=2026-04-17"},
                                    {"the day before yesterday", "the day before yesterday=2026-04-13"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsWeekdays) {
  for (const auto& [text, found] : {Case{"we met on Friday", "Friday=2026-04-10"},
                                    {"we meet on Friday", "Friday=2026-04-17"},
                                    {"by Friday", "Friday=2026-04-17"},
                                    {"since Monday", "Monday=2026-04-13"},
                                    {"last Friday", "last Friday=2026-04-10"},
                                    {"next Friday", "next Friday=2026-04-24"},
                                    {"next Monday", "next Monday=2026-04-20"},
                                    {"this Friday", "this Friday=2026-04-17"},
                                    {"Friday after next", "Friday after next=2026-05-01"},
                                    {"a week from Friday", "a week from Friday=2026-04-24"},
                                    {"Tuesday next week", "Tuesday next week=2026-04-21"},
                                    {"Monday last week", "Monday last week=2026-04-06"},
                                    {"Tuesday the 21st", "Tuesday the 21st=2026-04-21"},
                                    {"Thursday in two weeks", "Thursday in two weeks=2026-04-30"},
                                    {"moved to Tuesday, June 9", "June 9=2026-06-09"},
                                    {"every Monday and Thursday", ""},
                                    {"every 2nd Friday", ""},
                                    {"the fourth Monday of the month", ""},
                                    {"mornings mon-fri", ""},
                                    {"it was a bad Monday", ""},
                                    {"we sat in the sun", ""},
                                    {"on Mondays", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsDistances) {
  for (const auto& [text, found] : {Case{"three days ago", "three days ago=2026-04-12"},
                                    {"a couple of weeks ago", "a couple of weeks ago=2026-04-01"},
                                    {"2 months ago", "2 months ago=2026-02"},
                                    {"five years ago", "five years ago=2021"},
                                    {"in two weeks", "in two weeks=2026-04-29"},
                                    {"we leave in 10 days", "in 10 days=2026-04-25"},
                                    {"two weeks from today", "two weeks from today=2026-04-29"},
                                    {"in a year", "in a year=2027"},
                                    {"we built it in two weeks", ""},
                                    {"99999999999 years ago", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsWeeksMonthsSeasonsAndYears) {
  for (const auto& [text, found] : {Case{"next week", "next week=week of 2026-04-20"},
                                    {"last month", "last month=2026-03"},
                                    {"this year", "this year=2026"},
                                    {"last summer", "last summer=summer 2025"},
                                    {"next fall", "next fall=fall 2026"},
                                    {"last winter", "last winter=winter 2025"},
                                    {"since last May", "last May=2025-05"},
                                    {"in February", "February=2026-02"},
                                    {"by June", "June=2026-06"},
                                    {"early June", "June=2026-06"},
                                    {"in April", "April=2026-04"},
                                    {"it may work", ""},
                                    {"end of the month", "end of the month=2026-04-30"},
                                    {"by the end of May", "end of May=2026-05-31"},
                                    {"end of year", "end of year=2026-12-31"},
                                    {"end of this week", "end of this week=2026-04-17"},
                                    {"end of next month", "end of next month=2026-05-31"},
                                    {"last April", "last April=2025-04"},
                                    {"next April", "next April=2027-04"}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsHolidays) {
  for (const auto& [text, found] : {Case{"we will be there at Christmas", "Christmas=2026-12-25"},
                                    {"we went there on Christmas Eve", "Christmas Eve=2025-12-24"},
                                    {"we will leave on New Year's Eve", "New Year's Eve=2026-12-31"},
                                    {"we were away on Valentine's Day", "Valentine's Day=2026-02-14"},
                                    {"Good Friday", "Good Friday=2027-03-26"},
                                    {"we were there for Easter", "Easter=2026-04-05"},
                                    {"Whit Monday", "Whit Monday=2026-05-25"},
                                    {"xmas-banner", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, ReadsDaysOfAMonthNotNamed) {
  for (const auto& [text, found] : {Case{"on the 21st", "the 21st=2026-04-21"},
                                    {"it moves to the 10th", "the 10th=2026-05-10"},
                                    {"we met on the 10th", "the 10th=2026-04-10"},
                                    {"the 31st", "the 31st=2026-05-31"},
                                    {"the 21st floor", ""},
                                    {"on the 1st of every month", ""}})
    EXPECT_EQ(dates(text), found) << text;
}

TEST(Dates, TellsKindsApart) {
  const auto found = find_dates("yesterday, March 21, April 2, 2026", on("2026-04-15"));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(found[0].relative);
  EXPECT_FALSE(found[1].relative || found[1].complete);
  EXPECT_TRUE(found[2].complete);
  const auto season = find_dates("last winter", on("2026-04-15"));
  ASSERT_EQ(season.size(), 1U);
  EXPECT_EQ(season[0].grain, Grain::season);
  EXPECT_EQ(season[0].first, std::chrono::year(2025) / 12 / 1);
  EXPECT_EQ(season[0].last, std::chrono::year(2026) / 2 / 28);
}

TEST(Dates, FindsSeveralInOrder) {
  EXPECT_EQ(dates("moved from Tuesday to 20 May, told Anna yesterday"),
            "Tuesday=2026-04-21; 20 May=2026-05-20; yesterday=2026-04-14");
}

TEST(Dates, TakesAnyMomentAndAnyBytes) {
  for (const TimeMs moment : {TimeMs{0}, INT64_MIN, INT64_MAX}) {
    for (const DateMention& date :
         find_dates("800 years ago, 800 years from now, last winter, the 31st, Easter", moment))
      EXPECT_TRUE(date.first.ok() && date.last.ok()) << date.iso;
  }
  EXPECT_EQ(dates("\xFF\xFE tomorrow \xC3"), "tomorrow=2026-04-16");
  EXPECT_EQ(dates("明天 tomorrow 👨‍👩‍👧"), "tomorrow=2026-04-16");
}

TEST(Dates, StaysLinear) {
  for (const std::string_view unit : {"a", "may 1 ", "friday ", "in two ", "1.1.", "the 3rd ", "every ", "-", "’"}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    const auto start = std::chrono::steady_clock::now();
    (void)find_dates(text, on("2026-04-15"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << unit;
  }
}

}  // namespace
}  // namespace holdfast::language
