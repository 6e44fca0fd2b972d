#include "pipeline/cleaner.hpp"

#include <exception>
#include <iostream>

#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {
constexpr std::chrono::minutes kAfterFailure{10};
}

Cleaner::Cleaner(Store& store, const Setup& setup, const Repositories& repositories, Alarm& alarm)
    : store_(store), setup_(setup), repositories_(repositories), alarm_(alarm) {}

void Cleaner::wake() {
    repositories_.lanes.post("clean", [this] { look(); });
}

void Cleaner::look() {
    const auto all = setup_.state_dir / "worktrees";
    try {
        if (!fs::is_directory(all)) return;
        for (const auto& entry : fs::directory_iterator(all)) {
            const auto project = projectOfDone(entry.path());
            if (!project || !repositories_.forges.contains(*project)) continue;
            repositories_.lanes.post(
                Repositories::laneOf(*project),
                [this, project = *project, folder = entry.path()] { close(project, folder); });
        }
    } catch (const std::exception& error) {
        again(all.string(), error.what());
    }
}

std::optional<std::string> Cleaner::projectOfDone(const fs::path& folder) {
    const auto id = parseTaskId(folder.stem().string());  // T-3, T-3.check, T-3.deploy
    if (!id) return {};
    return store_.read([&](Connection& db) -> std::optional<std::string> {
        const auto task = findTask(db, *id);
        const bool over = task && task->state == TaskState::kDone && !liveJobOf(db, *id);
        return over ? std::optional(task->project) : std::nullopt;
    });
}

void Cleaner::close(const std::string& project, const fs::path& folder) {
    try {
        repositories_.of(project).closeWorktree(folder);
    } catch (const std::exception& error) {
        again(folder.string(), error.what());
    }
}

void Cleaner::again(const std::string& what, const std::string& why) {
    std::cerr << "orchd: cleaning up " << what << " failed, again in 10 min: " << why << "\n";
    alarm_.set("clean", std::chrono::steady_clock::now() + kAfterFailure, [this] { wake(); });
}

}  // namespace orch
