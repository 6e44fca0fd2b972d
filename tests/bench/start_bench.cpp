#include <signal.h>

#include <cstring>
#include <thread>

#include "base/files.hpp"
#include "base/run.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "bench/served.hpp"
#include "bench/start_fifo.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

// From the order (POST of a task) to its agent's first instruction, in a worktree of its own: orchd
// as it is installed, beside the git commands alone that make such a worktree, and a bare start of
// the agent in it. Usage: start_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;
using testing::GitRepo;

/// An orchd with one project, whose tasks wait for a person once their agent has begun and ended.
class Place {
public:
    explicit Place(const fs::path& folder)
        : folder_(folder),
          fifo_(folder / "begun"),
          repository_(GitRepo::create(folder / "repository")) {
        fs::create_directories(folder / "prompts");
        replaceFile(folder / "prompts/development.md", "{{task}}\n", Sync::kNo);
        replaceFile(folder / "orch.yaml", configuration(), Sync::kNo);
    }

    [[nodiscard]] std::vector<std::string> command() const {
        return {ORCHD, "--config", (folder_ / "orch.yaml").string()};
    }
    [[nodiscard]] std::string token() const {
        return readFile(folder_ / "state/token").value().substr(0, 64);
    }

    [[nodiscard]] const StartFifo& fifo() const { return fifo_; }

    /// Less than such a worktree is, which has a branch of its own, and one git command: init,
    /// fetch and checkout are three, and slower.
    [[nodiscard]] double bareMs(int number) const {
        const auto clone = (folder_ / ("clone-" + std::to_string(number))).string();
        const auto began = nanosecondsNow();
        git({"clone", "-q", "--shared", "--template=", repository_.path().string(), clone});
        check(run({.command = fifo_.agent(), .folder = clone}));
        const auto at = fifo_.next();
        fs::remove_all(clone);
        return static_cast<double>(at - began) / 1e6;
    }

private:
    [[nodiscard]] std::string configuration() const {
        const auto agent = fifo_.agent();
        return "state_dir: " + (folder_ / "state").string() +
               "\nprompts: " + (folder_ / "prompts").string() +
               "\nserver: {listen: \"127.0.0.1:0\"}\nagents: {developer: {command: [" + agent[0] +
               ", " + agent[1] +
               "]}}\npipeline: {stages: [{name: development, agent: developer, gate: "
               "[human_approval]}, {name: deploy, merge: {style: merge}, gate: [merged]}]}\n"
               "projects: [{name: work, repo: {forge: local, path: " +
               repository_.path().string() + ", base: main}}]\n";
    }
    static void check(const RunResult& done) {
        if (done.exit_code != 0) throw std::runtime_error("a command failed: " + done.errors);
    }
    static void git(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "git");
        check(run({.command = std::move(arguments),
                   .environment = {"PATH=/usr/bin:/bin",
                                   "GIT_CONFIG_GLOBAL=/dev/null",
                                   "GIT_CONFIG_SYSTEM=/dev/null"}}));
    }

    fs::path folder_;
    StartFifo fifo_;
    GitRepo repository_;
};

class StartBench {
public:
    explicit StartBench(const fs::path& folder)
        : folder_(folder), place_(folder), orchd_(place_.command()), token_(place_.token()) {
        awaitRepository();
    }

    void run(int starts) {
        std::vector<double> ours, bare;
        const double before = probeFsync(folder_);
        for (int i = 1; i <= starts; ++i) {
            bare.push_back(place_.bareMs(i));
            ours.push_back(ourMs(i));
        }
        print({.bench = "start",
               .measure = "post_to_first_instruction",
               .unit = "ms",
               .figure = median(ours),
               .floor = median(bare),
               .goal = {Goal::Of::kRatioAtMost, 2},
               .fsync_us = {before, probeFsync(folder_)}});
    }

private:
    [[nodiscard]] std::string ask(const std::string& method_and_path,
                                  const std::string& body) const {
        const auto request =
            method_and_path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(orchd_.port()) +
            "\r\nConnection: close\r\nAuthorization: Bearer " + token_ +
            "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
        auto answer = answerTo(request, orchd_.port());
        if (answer.starts_with("HTTP/1.1 20")) return answer;
        throw std::runtime_error(method_and_path + " is answered with " + answer);
    }

    /// Asks, with nothing to do between, so that what is measured next has the machine.
    void await(const std::string& path, const std::string& said) const {
        const auto begun = Steady::now();
        while (ask("GET " + path, "").find(said) == std::string::npos) {
            if (secondsSince(begun) > 60) throw std::runtime_error(path + " never says " + said);
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
    }
    void awaitRepository() const { await("/api/v1/projects", "\"state\":\"open\""); }

    double ourMs(int number) const {
        const auto began = nanosecondsNow();
        (void)ask("POST /api/v1/tasks", R"({"project":"work","title":"A change"})");
        const auto at = place_.fifo().next();
        await("/api/v1/tasks/T-" + std::to_string(number), "\"job\":null");
        return static_cast<double>(at - began) / 1e6;
    }

    fs::path folder_;
    Place place_;
    Served orchd_;
    std::string token_;
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
    const orch::testing::TempDir folder;
    orch::bench::StartBench(folder.path()).run(smoke ? 2 : 40);
}
