#include "core/deploy.hpp"

#include <algorithm>
#include <charconv>

namespace orch {

namespace {

bool names(const std::vector<int>& codes, int code) {
    return std::ranges::find(codes, code) != codes.end();
}

DeployEnd endOfExit(const DeployExitCodes& codes, int code, int tries) {
    const auto exit = "exit " + std::to_string(code);
    auto state = meaningOfExitCode(codes, code);
    if (state == DeployState::kRolledBack)
        return {state, code, "its command rolled it back (" + exit + ")"};
    if (state != DeployState::kRequested) return {state, code, exit};
    if (tries + 1 < kDeployRuns)
        return {state, code, "its command asks to be run again (" + exit + ")"};
    return {DeployState::kFailed,
            code,
            "its command asked " + std::to_string(kDeployRuns) +
                " times to be run again, last: " + exit};
}

}  // namespace

bool isFinal(DeployState state) {
    return state != DeployState::kRequested && state != DeployState::kRunning;
}

DeployState meaningOfExitCode(const DeployExitCodes& codes, int exit_code) {
    if (exit_code == 0) return DeployState::kDeployed;
    if (names(codes.rolled_back, exit_code)) return DeployState::kRolledBack;
    if (names(codes.retry, exit_code)) return DeployState::kRequested;
    return DeployState::kFailed;
}

DeployEnd endOfDeploy(const Deploy& deploy,
                      const Job& job,
                      const std::optional<Ended>& last,
                      const DeployExitCodes& codes) {
    if (last && last->outcome == Outcome::kExited && last->exit_code) {
        return endOfExit(codes, *last->exit_code, deploy.tries);
    }
    const bool began =
        deploy.state == DeployState::kRunning && last && last->outcome != Outcome::kStartFailed;
    if (!began && job.status == JobStatus::kCancelled) {
        return {DeployState::kCancelled, {}, job.reason.empty() ? "cancelled" : job.reason};
    }
    const bool unseen = !last || last->outcome == Outcome::kExited ||
                        last->outcome == Outcome::kLost || last->outcome == Outcome::kHostRebooted;
    if (unseen) {
        return {DeployState::kUnknown, {}, "nobody saw how its command ended (" + job.reason + ")"};
    }
    return {DeployState::kFailed, {}, job.reason.empty() ? "failed" : job.reason};
}

int deployNumber(const Payload& payload) {
    int number = 0;
    const auto& text = payload.version;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::max(0, number);
}

}  // namespace orch
