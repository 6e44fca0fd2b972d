#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "launch/spec_file.hpp"

namespace orch {

namespace {

constexpr std::array<std::string_view, 4> kOurs{
    "ORCH_JOB", "ORCH_ATTEMPT", "ORCH_TASK", kMarkVariable};

bool isOurs(std::string_view line) {
    const auto variable = line.substr(0, line.find('='));
    return std::find(kOurs.begin(), kOurs.end(), variable) != kOurs.end();
}

}  // namespace

ShimSpec shimSpecFor(const StartSpec& spec) {
    ShimSpec made{spec, name(spec.key) + "-" + randomHex(16)};
    auto& environment = made.start.environment;
    std::erase_if(environment, isOurs);
    environment.push_back("ORCH_JOB=" + std::to_string(raw(spec.key.job)));
    environment.push_back("ORCH_ATTEMPT=" + std::to_string(spec.key.attempt));
    if (!spec.task.empty()) environment.push_back("ORCH_TASK=" + spec.task);
    environment.push_back(std::string{kMarkVariable} + "=" + made.mark);
    return made;
}

}  // namespace orch
