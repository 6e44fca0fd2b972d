#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/job.hpp"
#include "http/fake_operator.hpp"
#include "http/fake_plugins.hpp"
#include "http/raw_client.hpp"
#include "http/server.hpp"
#include "store/store.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using Json = nlohmann::json;

/// A server with a real store and a FakeOperator, on a port of its own. Its bounds are the real
/// ones unless a test changes `options` before the first request.
struct HttpTest : ::testing::Test {
    HttpTest();

    HttpServer& server();
    void stopServer() { server_.reset(); }
    [[nodiscard]] RawClient client() { return RawClient(server().port()); }
    Answer get(const std::string& path) { return client().ask(requestText("GET " + path)); }
    /// With the token; `lines` are further header lines.
    Answer post(const std::string& path,
                const std::string& body = "",
                const std::string& lines = "");
    Json getJson(const std::string& path) { return Json::parse(get(path).body); }

    TaskId newTask(const std::string& title = "Greet");
    /// A running job of a task in its first attempt, with a log of `text`.
    AttemptKey newRunningJob(TaskId task, const std::string& text = "");
    void finish(AttemptKey key, JobStatus status = JobStatus::kSucceeded, int exit_code = 0);
    void appendLog(AttemptKey key, const std::string& text) const;

    TempDir folder;
    Store store{folder / "orch.db", 0ms};
    FakeOperator orders{store, folder.path()};
    std::string trouble;
    DiskReport disk;
    JanitorReport janitor;
    FakePlugins plugins;
    std::vector<ProjectStatus> projects;
    std::vector<std::string> looked_at;  ///< projects, as ordered
    std::string hung;
    HttpOptions options;
    const std::string authorization;

private:
    std::optional<HttpServer> server_;
};

/// The sentence of a problem; fails the test unless it is one with this status.
std::string detailOf(const Answer& answer, int status);

}  // namespace orch::testing
