#include "core/verdict.hpp"

#include <algorithm>
#include <array>

namespace orch {

Verdict combine(const std::vector<Verdict>& verdicts) {
    constexpr std::array kOrder{Colour::kRed, Colour::kUnclear, Colour::kPending, Colour::kHuman};
    for (const Colour colour : kOrder) {
        const auto found = std::ranges::find(verdicts, colour, &Verdict::colour);
        if (found != verdicts.end()) return *found;
    }
    if (verdicts.empty()) return {.gate = "none", .colour = Colour::kGreen, .reason = "no gates"};
    Verdict green = verdicts.back();
    if (verdicts.size() > 1) {
        green.reason.clear();
        for (const auto& verdict : verdicts) {
            green.reason += (green.reason.empty() ? "" : ", ") + verdict.reason;
        }
    }
    return green;
}

}  // namespace orch
