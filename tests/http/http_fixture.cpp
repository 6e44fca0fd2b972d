#include "http/http_fixture.hpp"

#include <fstream>

#include "base/digest.hpp"
#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch::testing {
namespace {

HttpOptions withToken() {
    HttpOptions options;
    options.token = randomHex(32);
    options.read_token = randomHex(32);
    options.read_open = true;
    return options;
}

}  // namespace

HttpTest::HttpTest()
    : options(withToken()), authorization("Authorization: Bearer " + options.token + "\r\n") {}

HttpServer& HttpTest::server() {
    if (!server_) {
        server_.emplace(options,
                        Api{store,
                            orders,
                            store.clock(),
                            [this] { return trouble; },
                            [this] { return disk; },
                            [this] { return janitor; },
                            [this] { return plugins.list(); },
                            [this](const std::string& name, bool on, const std::string& by) {
                                return plugins.switchTo(name, on, by);
                            },
                            [this] { return hung; },
                            folder / "state",
                            {{"greeter", "main"}},
                            "queue:\n  max_concurrency: 2\n",
                            "config/orch.yaml",
                            2,
                            {},
                            Mask{},
                            [this] { return projects; },
                            [this](const std::string& name) {
                                looked_at.push_back(name);
                                return name == "greeter";
                            }});
    }
    return *server_;
}

Answer HttpTest::post(const std::string& path, const std::string& body, const std::string& lines) {
    return client().ask(requestText("POST " + path, authorization + lines, body));
}

TaskId HttpTest::newTask(const std::string& title) {
    return orders.create({"greeter", title, "Say bonjour.", ""}, "me").id;
}

AttemptKey HttpTest::newRunningJob(TaskId task, const std::string& text) {
    NewJob job;
    job.task = task;
    job.project = "greeter";
    job.stage = "development";
    job.agent = "developer";
    const auto key = store.write([&](Tx& tx) {
        static_cast<void>(enqueueJob(tx, job));
        const auto claimed = claimJobs(tx, {100, 0, 0});
        const auto first = claimed.at(0).key();
        stampProcess(tx, {first, "boot", {4000, 1}, {4711, 2}});
        return first;
    });
    appendLog(key, text);
    return key;
}

void HttpTest::finish(AttemptKey key, JobStatus status, int exit_code) {
    const Ended ended{Outcome::kExited, exit_code, std::nullopt, "", ""};
    const auto reason = "exit " + std::to_string(exit_code);
    store.write([&](Tx& tx) {
        return finishJob(tx, key, ended, {status, std::nullopt, 0, 0, reason});
    });
}

void HttpTest::appendLog(AttemptKey key, const std::string& text) const {
    std::ofstream(orders.logOf(key), std::ios::app) << text;
}

std::string detailOf(const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    if (answer.status != status) return "";
    EXPECT_EQ(answer.fields.at("content-type"), "application/problem+json");
    const auto problem = Json::parse(answer.body);
    EXPECT_EQ(problem.at("status"), status);
    EXPECT_EQ(problem.at("type"), "about:blank");
    return problem.at("detail");
}

}  // namespace orch::testing
