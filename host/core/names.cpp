#include "core/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace orch {

namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<JobStatus, 8> kJobStatus{{{JobStatus::kScheduled, "scheduled"},
                                          {JobStatus::kQueued, "queued"},
                                          {JobStatus::kRunning, "running"},
                                          {JobStatus::kSucceeded, "succeeded"},
                                          {JobStatus::kFailed, "failed"},
                                          {JobStatus::kTimedOut, "timed_out"},
                                          {JobStatus::kCancelled, "cancelled"},
                                          {JobStatus::kLost, "lost"}}};
constexpr Names<Outcome, 7> kOutcome{{{Outcome::kExited, "exited"},
                                      {Outcome::kSignaled, "signaled"},
                                      {Outcome::kTimedOut, "timed_out"},
                                      {Outcome::kCancelled, "cancelled"},
                                      {Outcome::kLost, "lost"},
                                      {Outcome::kHostRebooted, "host_rebooted"},
                                      {Outcome::kStartFailed, "start_failed"}}};
constexpr Names<Lane, 3> kLane{
    {{Lane::kAgent, "agent"}, {Lane::kExec, "exec"}, {Lane::kReserved, "reserved"}}};
constexpr Names<WorkKind, 7> kWorkKind{{{WorkKind::kAgent, "agent"},
                                        {WorkKind::kCheck, "check"},
                                        {WorkKind::kMerge, "merge"},
                                        {WorkKind::kDeploy, "deploy"},
                                        {WorkKind::kFinalize, "finalize"},
                                        {WorkKind::kBaseCheck, "base_check"},
                                        {WorkKind::kCommand, "command"}}};
constexpr Names<DeployState, 7> kDeployState{{{DeployState::kRequested, "requested"},
                                              {DeployState::kRunning, "running"},
                                              {DeployState::kDeployed, "deployed"},
                                              {DeployState::kFailed, "failed"},
                                              {DeployState::kRolledBack, "rolled_back"},
                                              {DeployState::kUnknown, "unknown"},
                                              {DeployState::kCancelled, "cancelled"}}};
constexpr Names<TaskState, 5> kTaskState{{{TaskState::kActive, "active"},
                                          {TaskState::kPaused, "paused"},
                                          {TaskState::kParked, "parked"},
                                          {TaskState::kDone, "done"},
                                          {TaskState::kCancelled, "cancelled"}}};
constexpr Names<Colour, 5> kColour{{{Colour::kGreen, "green"},
                                    {Colour::kRed, "red"},
                                    {Colour::kPending, "pending"},
                                    {Colour::kHuman, "human"},
                                    {Colour::kUnclear, "unclear"}}};

constexpr Names<Confine, 3> kConfine{
    {{Confine::kAuto, "auto"}, {Confine::kRequired, "required"}, {Confine::kOff, "off"}}};
constexpr Names<PathAccess, 4> kPathAccess{{{PathAccess::kNone, "none"},
                                            {PathAccess::kRead, "read"},
                                            {PathAccess::kUse, "use"},
                                            {PathAccess::kWrite, "write"}}};
constexpr Names<PluginMode, 2> kPluginMode{
    {{PluginMode::kLive, "live"}, {PluginMode::kObserve, "observe"}}};
constexpr Names<Isolation, 2> kIsolation{
    {{Isolation::kThread, "thread"}, {Isolation::kProcess, "process"}}};
constexpr Names<PluginState, 5> kPluginState{{{PluginState::kRefused, "refused"},
                                              {PluginState::kRunning, "running"},
                                              {PluginState::kOff, "off"},
                                              {PluginState::kQuarantined, "quarantined"},
                                              {PluginState::kHung, "hung"}}};

template <class E, std::size_t N>
std::string_view nameIn(const Names<E, N>& names, E value) {
    const auto found = std::ranges::find(names, value, &std::pair<E, std::string_view>::first);
    return found == names.end() ? "?" : found->second;
}

template <class E, std::size_t N>
std::optional<E> valueIn(const Names<E, N>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name, &std::pair<E, std::string_view>::second);
    return found == names.end() ? std::nullopt : std::optional{found->first};
}

}  // namespace

std::string_view nameOf(JobStatus status) {
    return nameIn(kJobStatus, status);
}
std::string_view nameOf(Outcome outcome) {
    return nameIn(kOutcome, outcome);
}
std::string_view nameOf(Lane lane) {
    return nameIn(kLane, lane);
}
std::string_view nameOf(WorkKind kind) {
    return nameIn(kWorkKind, kind);
}
std::string_view nameOf(DeployState state) {
    return nameIn(kDeployState, state);
}
std::string_view nameOf(TaskState state) {
    return nameIn(kTaskState, state);
}
std::string_view nameOf(Colour colour) {
    return nameIn(kColour, colour);
}
std::string_view nameOf(Confine confine) {
    return nameIn(kConfine, confine);
}
std::string_view nameOf(PathAccess access) {
    return nameIn(kPathAccess, access);
}
std::string_view nameOf(PluginMode mode) {
    return nameIn(kPluginMode, mode);
}
std::string_view nameOf(Isolation isolation) {
    return nameIn(kIsolation, isolation);
}
std::string_view nameOf(PluginState state) {
    return nameIn(kPluginState, state);
}

template <>
std::optional<JobStatus> fromName(std::string_view name) {
    return valueIn(kJobStatus, name);
}
template <>
std::optional<Outcome> fromName(std::string_view name) {
    return valueIn(kOutcome, name);
}
template <>
std::optional<Lane> fromName(std::string_view name) {
    return valueIn(kLane, name);
}
template <>
std::optional<WorkKind> fromName(std::string_view name) {
    return valueIn(kWorkKind, name);
}
template <>
std::optional<DeployState> fromName(std::string_view name) {
    return valueIn(kDeployState, name);
}
template <>
std::optional<TaskState> fromName(std::string_view name) {
    return valueIn(kTaskState, name);
}
template <>
std::optional<Colour> fromName(std::string_view name) {
    return valueIn(kColour, name);
}
template <>
std::optional<Confine> fromName(std::string_view name) {
    return valueIn(kConfine, name);
}
template <>
std::optional<PathAccess> fromName(std::string_view name) {
    return valueIn(kPathAccess, name);
}
template <>
std::optional<PluginMode> fromName(std::string_view name) {
    return valueIn(kPluginMode, name);
}
template <>
std::optional<Isolation> fromName(std::string_view name) {
    return valueIn(kIsolation, name);
}

}  // namespace orch
