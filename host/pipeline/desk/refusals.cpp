#include "pipeline/desk/refusals.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/names.hpp"

namespace orch {

void refuse(const std::string& sentence) {
    throw Refused(Refused::Why::kConflict, sentence);
}

void refuseUnlessOpen(const Task& task) {
    if (isOver(task.state)) refuse(name(task.id) + " is " + std::string(nameOf(task.state)));
}

void refuseWhileAtWork(Tx& tx, const Task& task) {
    const auto job = liveJobOf(tx.db(), task.id);
    if (!job) return;
    const auto id = std::to_string(raw(job->id));
    refuse(name(task.id) + " is at work (" + job->agent + " job " + id + " is " +
           std::string(nameOf(job->status)) + "): wait for it, or orchctl job cancel " + id);
}

void refuseStranger(const Setup& setup, const Task& task, const std::string& by) {
    const auto project = setup.projects.find(task.project);
    if (project == setup.projects.end() || project->second.approvers.empty()) return;
    const auto& approvers = project->second.approvers;
    if (std::ranges::find(approvers, by) != approvers.end()) return;
    throw Refused(Refused::Why::kForbidden,
                  by + " is not an approver of " + task.project +
                      " (approvers: " + join(approvers, ", ") + ")");
}

}  // namespace orch
