#include "base/files.hpp"
#include "http/http_fixture.hpp"
#include "store/jobs.hpp"

namespace orch::testing {

struct BackupRouteTest : HttpTest {
    Answer order(const std::filesystem::path& file) {
        return post("/api/v1/backup", Json{{"file", file.string()}, {"by", "me"}}.dump());
    }
    static Json lastLineOf(const Answer& answer) {
        const auto text = answer.body.substr(0, answer.body.find_last_not_of('\n') + 1);
        return Json::parse(text.substr(text.find_last_of('\n') + 1));
    }
};

TEST_F(BackupRouteTest, ABackupIsMadeWhileOrchdServesAndItsEndIsTold) {
    newTask();
    const auto answer = order(folder / "copy.db");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.fields.at("content-type"), "application/x-ndjson");
    const auto last = lastLineOf(answer);
    EXPECT_EQ(last.at("file"), (folder / "copy.db").string());
    EXPECT_EQ(last.at("check"), "ok");
    EXPECT_EQ(last.at("bytes"), std::filesystem::file_size(folder / "copy.db"));
    EXPECT_EQ(orders.calls().back(), "backup copy.db by me");
}

TEST_F(BackupRouteTest, WhatCannotBeIsRefusedBeforeAnythingIsSent) {
    EXPECT_NE(detailOf(order("copy.db"), 422).find("beginning with /"), std::string::npos);
    EXPECT_EQ(order(folder / "copy.db").status, 200);
    EXPECT_NE(detailOf(order(folder / "copy.db"), 422).find("already"), std::string::npos);
}

TEST_F(BackupRouteTest, OrchdsOwnFolderIsNoPlaceForIt) {
    namespace fs = std::filesystem;
    fs::create_directories(folder / "state/jobs");
    fs::create_directories(folder / "state2");
    fs::create_directory_symlink(folder / "state/jobs", folder / "way");
    const auto own = "orchd's own folder " + fs::canonical(folder / "state").string() + ",";
    for (const auto* file : {"state/a.db", "state/jobs/a.db", "way/a.db", "state2/../state/a.db"}) {
        EXPECT_THAT(detailOf(order(folder / file), 422), ::testing::HasSubstr(own)) << file;
    }
    EXPECT_EQ(order(folder / "state2/a.db").status, 200);
}

TEST_F(BackupRouteTest, II3ABackupNeedsTheToken) {
    const auto body = Json{{"file", (folder / "copy.db").string()}}.dump();
    EXPECT_EQ(client().ask(requestText("POST /api/v1/backup", "", body)).status, 401);
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db"));
}

TEST_F(BackupRouteTest, II2ABackupHoldsNoToken) {
    ASSERT_EQ(order(folder / "copy.db").status, 200);
    const auto bytes = readFile(folder / "copy.db").value();
    EXPECT_EQ(bytes.find(options.token), std::string::npos);
}

}  // namespace orch::testing
