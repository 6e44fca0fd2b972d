#pragma once

#include <string>

#include "core/task.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

// Why an order is not allowed now. Each throws Refused with a sentence for the person who gave it.

[[noreturn]] void refuse(const std::string& sentence);  ///< a conflict with how things stand
void refuseUnlessOpen(const Task& task);
/// While a job of the task is live.
void refuseWhileAtWork(Tx& tx, const Task& task);
/// Unless `by` is one of the project's approvers; a project without any takes everybody.
void refuseStranger(const Setup& setup, const Task& task, const std::string& by);

}  // namespace orch
