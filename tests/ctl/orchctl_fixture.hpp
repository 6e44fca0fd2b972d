#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "ctl/cli.hpp"
#include "ctl/fake_orchd.hpp"

namespace orch::ctl {

/// orchctl in an empty folder of its own, beside a fake orchd that it does not know of.
struct OrchctlTest : ::testing::Test {
    OrchctlTest() { std::filesystem::create_directories(folder); }
    ~OrchctlTest() override { std::filesystem::remove_all(folder); }
    OrchctlTest(const OrchctlTest&) = delete;
    OrchctlTest& operator=(const OrchctlTest&) = delete;

    /// orchctl with these arguments; what it says is in `out` and `err`.
    int orchctl(const std::vector<std::string>& arguments) {
        std::ostringstream said;
        std::ostringstream complained;
        Context context{said, complained, terminal, {environment, folder}};
        const auto code = run(arguments, context);
        out = said.str();
        err = complained.str();
        return static_cast<int>(code);
    }
    /// The same, against the fake and with its token.
    int ask(std::vector<std::string> arguments) {
        write("token", "secret\n");
        arguments.insert(arguments.begin(), {"--url", orchd.url(), "--token-file", "token"});
        return orchctl(arguments);
    }
    void write(const std::string& file, const std::string& content) const {
        std::filesystem::create_directories((folder / file).parent_path());
        replaceFile(folder / file, content, Sync::kNo);
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("orchctl-test-" + randomHex(8));
    std::map<std::string, std::string> environment{{"USER", "alice"}, {"PATH", "/usr/bin:/bin"}};
    Terminal terminal;
    FakeOrchd orchd;
    std::string out, err;
};

}  // namespace orch::ctl
