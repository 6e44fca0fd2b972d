#include "store/journal.hpp"

#include "base/error.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct JournalTest : RowsTest {
    std::int64_t note(const std::string& subject, const std::string& decision = "did it") {
        return writeJournal(tx, {"engine", subject, "advance", decision, {{"head", "x"}}, "live"});
    }
    void decide(const std::string& actor, const std::string& subject = "T-1") {
        writeJournal(tx, {actor, subject, "dead", "did it", {}, "live"});
    }
    void send(const std::string& key) {
        OutboxRow row;
        row.kind = "notify";
        row.text = "hello";
        row.key = key;
        writeOutbox(tx, row);
    }
};

// proves X3
TEST_F(JournalTest, EntryIsReadAsItWasWritten) {
    note("T-1");
    const auto row = readJournal(db, "", 0, 10).at(0);
    EXPECT_EQ(row.actor + row.subject + row.rule + row.decision, "engineT-1advancedid it");
    EXPECT_EQ(row.evidence, (Evidence{{"head", "x"}}));
    EXPECT_EQ(row.mode, "live");
    EXPECT_EQ(row.at, tx.at());
}

TEST_F(JournalTest, ReadsOnFromASequenceNumber) {
    const auto first = note("T-1");
    note("T-2");
    note("T-1");
    EXPECT_EQ(readJournal(db, "", first, 10).size(), 2U);
    EXPECT_EQ(readJournal(db, "T-1", first, 10).size(), 1U);
    EXPECT_EQ(readJournal(db, "", 0, 1).at(0).seq, first);
}

TEST_F(JournalTest, LastOnesComeOldestFirst) {
    for (const char* decision : {"one", "two", "three"}) note("T-1", decision);
    note("T-2", "other");
    const auto rows = lastJournal(db, "T-1", 2);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].decision + rows[1].decision, "twothree");
    EXPECT_EQ(lastJournal(db, "", 1).at(0).decision, "other");
}

TEST_F(JournalTest, AnActorsRowsAreThoseOfAllItsGenerationsAndOfNobodyElse) {
    for (const auto* actor : {"plugin:reaper#1", "plugin:reap#1", "plugin:reaper#12", "engine"}) {
        decide(actor);
    }
    decide("plugin:reaper");
    const auto rows = lastJournal(db, {"", "plugin:reaper"}, 10);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].actor, "plugin:reaper#1");
    EXPECT_EQ(rows[2].actor, "plugin:reaper");
    EXPECT_EQ(readJournal(db, {"", "plugin:reaper"}, rows[0].seq, 10).size(), 2U);
    EXPECT_EQ(lastJournal(db, {"", "plugin:reaper"}, 1).at(0).seq, rows[2].seq);
}

TEST_F(JournalTest, SubjectAndActorTogetherAskForBoth) {
    decide("plugin:reaper#1", "job 7");
    decide("plugin:reaper#1", "job 8");
    decide("engine", "job 7");
    EXPECT_EQ(lastJournal(db, {"job 7", "plugin:reaper"}, 10).size(), 1U);
}

TEST_F(JournalTest, WhatIsWrittenStaysAsItIs) {
    note("T-1");
    EXPECT_THROW(db.execute("UPDATE journal SET decision='nothing'"), StoreError);
}

TEST_F(JournalTest, DamagedEvidenceIsShownAsDamaged) {
    note("T-1");
    db.execute("DROP TRIGGER journal_append_only");
    db.execute("UPDATE journal SET evidence='7'");
    EXPECT_EQ(readJournal(db, "", 0, 10).at(0).evidence.at(0).first, "damaged");
}

// proves IJ1
TEST_F(JournalTest, IJ1SameMessageIsSentOnce) {
    send("k");
    send("k");
    EXPECT_EQ(dueOutbox(db, tx.at(), 10).size(), 1U);
    send("");
    send("");
    EXPECT_EQ(dueOutbox(db, tx.at(), 10).size(), 3U);
}

TEST_F(JournalTest, DeliveredMessageIsNotDueAndItsKeyStaysTaken) {
    send("k");
    outboxDelivered(tx, 1);
    send("k");
    EXPECT_TRUE(dueOutbox(db, tx.at() + 1h, 10).empty());
}

TEST_F(JournalTest, FailedMessageIsTriedAgainLater) {
    send("k");
    outboxFailed(tx, 1, "no network", tx.at() + 5s);
    EXPECT_TRUE(dueOutbox(db, tx.at(), 10).empty());
    const auto rows = dueOutbox(db, tx.at() + 5s, 10);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].tries, 1);
}

}  // namespace orch::testing
