#include "launch/launch_fixture.hpp"
#include "launch/record_files.hpp"

namespace orch {

/// An exit.json that is not to be trusted says nothing, least of all "0".
struct DamagedTest : testing::LaunchTest {
    AttemptObservation lookWith(const std::string& exit_json) {
        (void)run(script("exit 0"));
        replaceFile(inFolder("exit.json"), exit_json, Sync::kNo);
        return launcher->look(kKey);
    }
    static void expectDamaged(const AttemptObservation& seen) {
        EXPECT_TRUE(seen.exit_damaged);
        EXPECT_FALSE(seen.exit);
        EXPECT_EQ(seen.lock, LockState::kFree);
    }
};

TEST_F(DamagedTest, EmptyExitFileIsDamage) {
    expectDamaged(lookWith(""));
}

TEST_F(DamagedTest, CutExitFileIsDamage) {
    expectDamaged(lookWith("{\"attempt\":1,\"checksum\":\"0c"));
}

TEST_F(DamagedTest, RecordOfAnotherAttemptIsDamage) {
    ExitRecord other;
    other.key = {JobId{7}, 2};
    other.outcome = Outcome::kExited;
    other.exit_code = 0;
    expectDamaged(lookWith(encodeExit(other)));
}

TEST_F(DamagedTest, DamageIsToldToTheListener) {
    (void)lookWith("garbage");
    restart();
    launcher->watch(kKey);
    EXPECT_TRUE(testing::eventually([&] { return heard.ends(kKey) == 2; }));
    expectDamaged(heard.awaitEnd(kKey));
}

TEST_F(DamagedTest, MissingExitFileIsNoDamageAndNoExit) {
    (void)run(script("exit 0"));
    std::filesystem::remove(inFolder("exit.json"));
    const auto seen = launcher->look(kKey);
    EXPECT_FALSE(seen.exit_damaged);
    EXPECT_FALSE(seen.exit);
}

TEST_F(DamagedTest, AShimWhoseFolderIsDeletedEndsWithItsAgent) {
    const auto proc = startAndAwait(script("while [ ! -e go ]; do sleep 0.05; done"));
    std::filesystem::remove_all(inFolder("exit.json").parent_path());
    replaceFile(dir / "go", "", Sync::kNo);
    EXPECT_TRUE(testing::dies(proc.shim));
}

TEST_F(DamagedTest, BrokenSpecIsAFailedStartThatSaysWhatIsWrong) {
    const auto breaking = dir / "breaking-shim";
    replaceFile(breaking,
                "#!/bin/sh\necho broken > $1/spec.json\nexec " ORCH_SHIM " \"$@\"\n",
                Sync::kNo,
                0700);
    restart(breaking);
    const auto seen = run(script("exit 0"));
    EXPECT_EQ(seen.exit.value().outcome, Outcome::kStartFailed);
    EXPECT_TRUE(seen.exit.value().detail.starts_with("spec.json cannot be read: "));
}

TEST_F(DamagedTest, IE7RecordIsWrittenOnceTheDiskAllowsIt) {
    (void)startAndAwait(script("mkdir jobs/7.1/exit.json; exit 4"));  // in the way of the rename
    EXPECT_TRUE(
        testing::eventually([&] { return output().find("trying on") != std::string::npos; }));
    EXPECT_EQ(launcher->look(kKey).lock, LockState::kHeld);
    std::filesystem::remove(inFolder("exit.json"));
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 4);
}

TEST_F(DamagedTest, UnknownAttemptIsAbsent) {
    const auto seen = launcher->look({JobId{99}, 1});
    EXPECT_EQ(seen.lock, LockState::kAbsent);
    EXPECT_FALSE(seen.exit);
    EXPECT_FALSE(seen.proc);
    EXPECT_EQ(seen.agent, Liveness::kDead);
}

}  // namespace orch
