#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/init_fixture.hpp"

// orchctl doctor: each thing that can be wrong, and that looking changes nothing.

namespace orch::ctl {

namespace fs = std::filesystem;
using nlohmann::json;

struct DoctorTest : InitTest {
    DoctorTest() {
        program("claude");
        environment["HOME"] = "/";
        repo.git({"config", "user.name", "x"});
        (void)init(repo.path());
        replaceFile(file(), readFile(file()).value() + "disk: {min_free: 1B}\n", Sync::kNo);
        change("listen: \"127.0.0.1:", "listen: \"127.0.0.1:0\" #");
    }
    [[nodiscard]] fs::path file() const { return repo.path() / "orch.yaml"; }
    [[nodiscard]] fs::path state() const { return written().state_dir; }
    void change(const std::string& from, const std::string& to) const {
        auto text = readFile(file()).value();
        replaceFile(file(), text.replace(text.find(from), from.size(), to), Sync::kNo);
    }
    int doctor(std::vector<std::string> options = {}) {
        options.insert(options.begin(), {"doctor", "--json"});
        const int code = orchctl(options);
        report = json::parse(out, nullptr, false);
        return code;
    }
    /// The first finding of this check; null when there is none.
    [[nodiscard]] json finding(const std::string& check) const {
        for (const auto& found : report.at("checks")) {
            if (found.at("check") == check) return found;
        }
        return {};
    }
    /// The check fails or warns, says `what`, and has a fix.
    void expect(const std::string& check, const std::string& health, const std::string& what) {
        const auto found = finding(check);
        ASSERT_FALSE(found.is_null()) << check << " is not in " << out;
        EXPECT_EQ(found["state"], health) << found;
        EXPECT_NE(found["what"].get<std::string>().find(what), std::string::npos) << found;
        EXPECT_EQ(found["fix"].get<std::string>().empty(), health == "ok") << found;
    }
    void makeState() const {
        fs::create_directories(state());
        fs::permissions(state(), fs::perms(0700));
    }

    testing::GitRepo repo = repository();
    json report;
};

TEST_F(DoctorTest, WhatInitWroteFailsNowhere) {
    EXPECT_EQ(doctor(), 0) << out << err;
    EXPECT_EQ(report["ok"], true);
    for (const auto* check : {"git", "configuration", "repository greeter", "port"}) {
        expect(check, "ok", "");
    }
}

TEST_F(DoctorTest, LookingChangesNothing) {
    const auto before = repo.git({"status", "--porcelain", "--ignored"});
    (void)doctor({"--run-checks"});
    EXPECT_EQ(repo.git({"status", "--porcelain", "--ignored"}), before);
    EXPECT_FALSE(fs::exists(temp / "state"));
}

TEST_F(DoctorTest, AFolderWithoutAConfigurationIsToldOfInit) {
    folder = temp.path();
    EXPECT_EQ(doctor(), 1);
    expect("configuration", "fail", "there is no orch.yaml");
}

TEST_F(DoctorTest, EveryProblemOfTheFileIsAFinding) {
    change("state_dir:", "state_dri:");
    EXPECT_EQ(doctor(), 1);
    expect("configuration", "fail", "did you mean state_dir");
}

TEST_F(DoctorTest, ARepositoryIsJudgedInOrchdsWords) {
    repo.git({"branch", "-m", "main", "other"});
    EXPECT_EQ(doctor(), 1);
    expect("repository greeter", "fail", "no branch main; there are other");
}

TEST_F(DoctorTest, ABaseThatWasNotTriedIsNoPraise) {
    (void)doctor();
    expect("base greeter", "warn", "was not tried");
}

TEST_F(DoctorTest, AGreenBaseIsFoundByRunningTheCheck) {
    program("make");
    EXPECT_EQ(doctor({"--run-checks"}), 0) << out;
    expect("base greeter", "ok", "passed");
    EXPECT_NE(err.find("running `make check` on main"), std::string::npos);
}

TEST_F(DoctorTest, ARedBaseIsToldWithItsLastWords) {
    replaceFile(
        temp / "bin/make", "#!/bin/sh\necho 'two tests fail' >&2\nexit 3\n", Sync::kNo, 0755);
    EXPECT_EQ(doctor({"--run-checks"}), 1);
    expect("base greeter", "fail", "exit code 3: two tests fail");
}

TEST_F(DoctorTest, TheCheckSeesTheCommittedBaseAndNoSecrets) {
    repo.write("uncommitted", "x");
    environment["API_KEY"] = "secret";
    replaceFile(temp / "bin/make",
                "#!/bin/sh\n[ ! -e uncommitted ] && [ -e Makefile ] && [ -z \"$API_KEY\" ]\n",
                Sync::kNo,
                0755);
    EXPECT_EQ(doctor({"--run-checks"}), 0) << out;
}

TEST_F(DoctorTest, ACheckIsShownWithoutTheValuesOfVariables) {
    change("[\"make\", \"check\"]", "[make, \"${KEY}\"]");
    environment["KEY"] = "very-secret";
    replaceFile(temp / "bin/make", "#!/bin/sh\necho no rule $1\nexit 2\n", Sync::kNo, 0755);
    EXPECT_EQ(doctor({"--run-checks"}), 1);
    expect("base greeter", "fail", "`make ${KEY}` on main failed: exit code 2: no rule ${KEY}");
    EXPECT_EQ((out + err).find("very-secret"), std::string::npos) << out << err;
}

// The signal comes as a Ctrl-C would; the check alone would go on for ten minutes.
TEST_F(DoctorTest, AnInterruptedCheckLeavesNothingBehind) {
    environment["TMPDIR"] = (temp / "tmp").string();
    fs::create_directory(temp / "tmp");
    const auto pid_file = (temp / "pid").string();
    replaceFile(temp / "bin/make",
                "#!/bin/sh\necho $$ >" + pid_file + "\nkill -TERM $PPID\nexec sleep 600\n",
                Sync::kNo,
                0755);
    environment["PATH"] += ":/usr/bin:/bin";
    EXPECT_EXIT(doctor({"--run-checks"}), ::testing::KilledBySignal(SIGTERM), "");
    EXPECT_TRUE(fs::is_empty(temp / "tmp"));
    EXPECT_NE(kill(std::stoi(readFile(pid_file).value()), 0), 0);
}

TEST_F(DoctorTest, AMissingFolderForTemporaryFilesIsNamed) {
    environment["TMPDIR"] = (temp / "gone").string();
    EXPECT_EQ(doctor({"--run-checks"}), 1);
    expect("base greeter", "fail", "there is no folder " + (temp / "gone").string());
    EXPECT_FALSE(fs::exists(temp / "gone"));
}

TEST_F(DoctorTest, ARepositoryWithALineBreakInItsPathIsCheckedOut) {
    (void)init(repository("a\nb").path());
    (void)doctor({"--run-checks"});
    expect("base a-b", "ok", "passed");
}

TEST_F(DoctorTest, AMissingAgentIsNamed) {
    fs::remove(temp / "bin/claude");
    EXPECT_EQ(doctor(), 1);
    const auto& agents =
        "agents.analyst.command, agents.architect.command, agents.developer.command, "
        "agents.reviewer.command";
    expect(agents, "fail", "there is no program claude in PATH");
}

TEST_F(DoctorTest, AnAgentThatDoesNotRunIsNamed) {
    replaceFile(temp / "bin/claude", "#!/bin/sh\nexit 7\n", Sync::kNo, 0755);
    EXPECT_EQ(doctor(), 1);
    expect("agent analyst, architect, developer, reviewer", "fail", "exit code 7");
}

TEST_F(DoctorTest, AProgramThatIsNotKnownIsNotStarted) {
    replaceFile(
        temp / "bin/mine", "#!/bin/sh\ntouch " + (temp / "started").string(), Sync::kNo, 0755);
    change("command: [claude,", "command: [mine,");
    EXPECT_EQ(doctor(), 0) << out;
    EXPECT_FALSE(fs::exists(temp / "started"));
}

// proves X5: what others could have written decides nothing, root's doctor ran it
TEST_F(DoctorTest, AConfigurationThatOthersCouldHaveWrittenOpensAndStartsNothing) {
    const auto started = temp / "started";
    for (const auto* name : {"claude", "make"}) {
        replaceFile(temp / "bin" / name, "#!/bin/sh\ntouch " + started.string(), Sync::kNo, 0755);
    }
    fs::permissions(file(), fs::perms::all);
    for (const auto* option : {"--config=orch.yaml", "--run-checks", "--attack"}) {
        EXPECT_EQ(doctor({option}), 1);
        expect("trust", "fail", "orch.yaml may be written by everybody (mode 0777); chmod o-w ");
        for (const auto* check : {"repository greeter", "base greeter", "hostile agent"}) {
            EXPECT_TRUE(finding(check).is_null()) << option << out;
        }
        EXPECT_FALSE(fs::exists(started)) << option;
    }
}

TEST_F(DoctorTest, AnAgentsProgramThatOthersCanReplaceIsNotAskedAndIsAWarning) {
    const auto claude = temp / "bin/claude";
    replaceFile(claude, "#!/bin/sh\ntouch " + (temp / "started").string(), Sync::kNo, 0755);
    fs::permissions(claude, fs::perms::all);
    EXPECT_EQ(doctor(), 0) << out;
    const auto problem = claude.string() + " may be written by everybody (mode 0777)";
    expect("agent analyst, architect, developer, reviewer", "warn", "was not asked: " + problem);
    expect("trust", "warn", "what the program of ");
    EXPECT_FALSE(fs::exists(temp / "started"));
}

TEST_F(DoctorTest, ACheckThatOthersCanReplaceIsNotStarted) {
    const auto make = temp / "bin/make";
    replaceFile(make, "#!/bin/sh\ntouch " + (temp / "started").string(), Sync::kNo, 0755);
    fs::permissions(make, fs::perms::all);
    EXPECT_EQ(doctor({"--run-checks"}), 1);
    expect("base greeter", "fail", "was not started: " + make.string() + " may be written");
    expect("trust", "fail", "pipeline.stages.testing.check: " + make.string() + " may be written");
    EXPECT_FALSE(fs::exists(temp / "started"));
}

TEST_F(DoctorTest, NothingIsFoundInAFolderOfThePathThatOthersCanChange) {
    replaceFile(temp / "bin/make", "#!/bin/sh\nprintf %s \"$PATH\"; exit 1", Sync::kNo, 0755);
    const auto open = (temp / "open").string();
    fs::create_directory(open);
    fs::permissions(open, fs::perms::all);
    environment["PATH"] += ":" + open + ":.";
    EXPECT_EQ(doctor({"--run-checks"}), 1);
    const auto what = finding("base greeter")["what"].get<std::string>();
    EXPECT_TRUE(what.ends_with(": " + (temp / "bin").string())) << what;
}

TEST_F(DoctorTest, AFullDiskIsNamed) {
    change("min_free: 1B", "min_free: 999TB");
    EXPECT_EQ(doctor(), 1);
    expect("disk", "fail", "999 TB needed");
}

TEST_F(DoctorTest, LocksAreTriedInAStateFolderThatIsThere) {
    makeState();
    EXPECT_EQ(doctor(), 0) << out;
    expect("locks", "ok", "");
    EXPECT_TRUE(fs::is_empty(state()));
}

TEST_F(DoctorTest, ATokenThatOthersCanReadFailsAndIsNotShown) {
    makeState();
    replaceFile(state() / "token", "very-secret\n", Sync::kNo, 0644);
    EXPECT_EQ(doctor(), 1);
    expect("token", "fail", "mode 0644");
    EXPECT_EQ(out.find("very-secret"), std::string::npos);
}

TEST_F(DoctorTest, AnOpenStateFolderIsAWarning) {
    makeState();
    fs::permissions(state(), fs::perms(0755));
    EXPECT_EQ(doctor(), 0);
    expect("state folder", "warn", "mode 0755");
}

TEST_F(DoctorTest, HalfWrittenFilesAreNamed) {
    makeState();
    fs::create_directories(state() / "mirrors/greeter.git.new");
    EXPECT_EQ(doctor(), 0);
    expect("leftovers", "warn", "mirrors/greeter.git.new");
}

TEST_F(DoctorTest, WhatLiesBelowTheHomeIsAWarning) {
    environment["HOME"] = temp.path().string();
    EXPECT_EQ(doctor(), 0);
    expect("home", "warn", "holds state_dir and the repository of greeter");
}

TEST_F(DoctorTest, ATakenPortIsNamed) {
    const auto taken = orchd.url().substr(std::string{"http://"}.size());
    change("listen: \"127.0.0.1:0\"", "listen: \"" + taken + "\"");
    EXPECT_EQ(doctor(), 1);
    expect("port", "fail", taken + " is taken");
}

TEST_F(DoctorTest, AnAddressThatIsNotOfThisMachineIsNotCalledTaken) {
    change("listen: \"127.0.0.1:0\"", "listen: \"[::1]:1\"");
    const auto code = doctor();
    const auto found = finding("port");
    EXPECT_EQ(code, found["state"] == "fail" ? 1 : 0);
    EXPECT_EQ(found["what"].get<std::string>().find("is taken"), std::string::npos) << found;
}

TEST_F(DoctorTest, AFileThatCannotBeReadIsNotToBeCorrected) {
    EXPECT_EQ(doctor({"--config", "gone.yaml"}), 1);
    EXPECT_EQ(finding("configuration")["fix"], "name a file that can be read with --config");
    environment["ORCH_DISK_MIN_FREE"] = "x";
    EXPECT_EQ(doctor(), 1);
    EXPECT_EQ(finding("configuration")["fix"], "correct that variable, or unset it");
}

TEST_F(DoctorTest, ASubmoduleWithItsBaseCheckedOutIsToldToLeaveIt) {
    repo.git({"submodule", "--quiet", "add", repository("library").path().string(), "lib"});
    (void)init(repo.path() / "lib");
    EXPECT_EQ(doctor(), 1);
    expect("repository lib", "fail", "and git cannot update its files");
    const auto fix = finding("repository lib")["fix"].get<std::string>();
    EXPECT_EQ(std::system((fix + " --quiet").c_str()), 0) << fix;
    EXPECT_EQ(doctor(), 0) << out;
}

TEST_F(DoctorTest, ARunningOrchdIsAskedAndItsVersionCompared) {
    makeState();
    orchd.answer("GET /healthz", R"({"status":"ok"})");
    orchd.serveAt(state() / "orchd.sock");
    fs::permissions(state() / "orchd.sock", fs::perms(0600));
    const auto daemon = [&](const std::string& version) {
        const json text{{"url", orchd.url()}, {"pid", getpid()}, {"version", version}};
        replaceFile(state() / "daemon.json", text.dump(), Sync::kNo);
        return doctor();
    };
    EXPECT_EQ(daemon(ORCH_VERSION), 0);
    expect("orchd", "ok", "runs at " + orchd.url());
    expect("orchd", "ok", "speaks to it through " + (state() / "orchd.sock").string());
    expect("socket", "ok", "mode 0600");
    expect("projects", "warn", "there is no such thing");
    orchd.answer("GET /api/v1/projects",
                 R"({"projects":[{"name":"greeter","state":"open"},
                     {"name":"other","state":"held","sentence":"there is no such folder"}]})");
    EXPECT_EQ(daemon(ORCH_VERSION), 1);
    expect("project other", "fail", "held by the orchd that runs: there is no such folder");
    orchd.answer("GET /api/v1/projects", R"({"projects":[]})");
    EXPECT_EQ(daemon("0.0.1"), 0);
    expect("orchd", "warn", "this orchctl is");
    fs::permissions(state() / "orchd.sock", fs::perms(0666));
    EXPECT_EQ(daemon(ORCH_VERSION), 1);
    expect("socket", "fail", "others can open it");
}

TEST_F(DoctorTest, AnOrchdThatDoesNotAnswerFails) {
    makeState();
    const json text{{"url", "http://127.0.0.1:1"}, {"pid", getpid()}};
    replaceFile(state() / "daemon.json", text.dump(), Sync::kNo);
    EXPECT_EQ(doctor(), 1);
    expect("orchd", "fail", "does not answer");
}

TEST_F(DoctorTest, PeopleGetALineACheckAndItsFix) {
    folder = temp.path();
    EXPECT_EQ(orchctl({"doctor"}), 1);
    EXPECT_NE(out.find("ok    git: git version"), std::string::npos) << out;
    EXPECT_NE(out.find("fail  configuration: there is no orch.yaml and no config/orch.yaml in this "
                       "folder\n      → write one with orchctl init"),
              std::string::npos)
        << out;
}

TEST_F(DoctorTest, AWrongOptionIsAUsageError) {
    EXPECT_EQ(orchctl({"doctor", "--what"}), 2);
}

}  // namespace orch::ctl
