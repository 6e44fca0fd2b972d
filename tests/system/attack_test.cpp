#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/confinement.hpp"
#include "system/installation.hpp"

// orchctl doctor --attack: what the hostile agent says it could do is true.

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct AttackTest : ::testing::Test {
    void SetUp() override {
        if (!support.files() || !support.signals() || !support.filter) {
            GTEST_SKIP() << describe(support);
        }
    }
    /// What the doctor found, "STATE CHECK: WHAT" each.
    std::vector<std::string> attack(int expected_code) {
        const auto said = world.orchctl(
            {"--json", "doctor", "--attack", "--config", (world.apart / "orch.yaml").string()});
        EXPECT_EQ(said.code, expected_code) << said.out << said.err;
        std::vector<std::string> found;
        const auto document = nlohmann::json::parse(said.out);
        for (const auto& check : document.at("checks")) {
            found.push_back(check.at("state").get<std::string>() + " " +
                            check.at("check").get<std::string>() + ": " +
                            check.at("what").get<std::string>());
        }
        return found;
    }
    static std::vector<std::string> failing(const std::vector<std::string>& found) {
        std::vector<std::string> those;
        for (const auto& line : found) {
            if (line.starts_with("fail")) those.push_back(line);
        }
        return those;
    }
    std::vector<std::string> inState() {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(world.state)) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }
    Installation world;
    const ConfinementSupport support = confinementSupport();
};

// proves X5
TEST_F(AttackTest, ConfinedAgentCanDoNothingThatIsClaimedToBeHeld) {
    world.start();
    ASSERT_TRUE(world.taskBecomes(world.addTask(), "done"));
    const auto found = attack(0);
    EXPECT_THAT(failing(found), IsEmpty());
    for (const auto* refused : {"read token, ",
                                "write orch.db, ",
                                "hold openings of ",
                                "read another task's file",
                                "make a file in hooks of work's repository",
                                "add an object to the mirror of work",
                                "orch.yaml, ",
                                "hold openings of ",
                                "make a file in mirrors"}) {
        EXPECT_THAT(found, Contains(HasSubstr(refused)));
    }
    EXPECT_THAT(found, Contains(HasSubstr("could not (processes, 16): prlimit orchd, kill orchd")));
    EXPECT_THAT(found, Contains(HasSubstr("outlive its attempt")));
    EXPECT_THAT(found, Contains(HasSubstr("could not (kernel")));
    EXPECT_THAT(found, Contains(HasSubstr("read the API without a token")));
    EXPECT_THAT(found, Contains(HasSubstr("order orchd about without a token")));
}

TEST_F(AttackTest, WhatIsNotConfinedIsTold) {
    world.settings.agents = "  free: {command: [sh, -c, exit], confine: off}";
    world.start();
    const auto failures = failing(attack(1));
    for (const auto* could : {"could read token",
                              "could write orch.db",
                              "could read another task's file",
                              "could make a file in hooks of work's repository",
                              "could add an object to the mirror of work",
                              "could prlimit orchd"}) {
        EXPECT_THAT(failures,
                    Contains(HasSubstr("hostile agent as free on work: " + std::string{could})));
    }
    EXPECT_THAT(failures, Not(Contains(HasSubstr("as checks"))));
}

TEST_F(AttackTest, NothingIsLeftBehindAndTheRunningOneGoesOn) {
    world.start();
    ASSERT_TRUE(world.taskBecomes(world.addTask(), "done"));
    const auto before = inState();
    const auto token = world.file("state/token");
    (void)attack(0);
    EXPECT_THAT(inState(), ::testing::UnorderedElementsAreArray(before));
    EXPECT_EQ(world.file("state/token"), token);
    EXPECT_TRUE(world.taskBecomes(world.addTask("Another"), "done"));
}

TEST_F(AttackTest, WorksBeforeTheFirstStart) {
    world.writeConfig();
    const auto found = attack(0);
    EXPECT_THAT(failing(found), IsEmpty());
    EXPECT_THAT(found, Contains(HasSubstr("read another task's file")));
}

TEST_F(AttackTest, ReadingThatNeedsNoTokenIsNothingToTry) {
    world.settings.listen = R"(127.0.0.1:0", read: "open)";
    world.start();
    const auto found = attack(0);
    EXPECT_THAT(found, Not(Contains(HasSubstr("read the API without a token"))));
}

TEST_F(AttackTest, ConfigurationThatCannotBeReadIsTheFinding) {
    world.settings.agents = "  free: {command: [sh, -c, exit], confin: off}";
    world.writeConfig();
    EXPECT_THAT(attack(1), Contains(HasSubstr("confin")));
}

}  // namespace orch::testing
