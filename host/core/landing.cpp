#include "core/landing.hpp"

#include "base/error.hpp"

namespace orch {

using Kind = Landed::Kind;

namespace {

std::string takenBack(const std::string& merge, const BaseSeen& base) {
    return "the push of " + merge + " was accepted, and " + base.name + " is at " + base.tip +
           " without it: a hook or another program there took it back";
}

}  // namespace

std::optional<Landed> withoutMerging(const LandRequest& request, const BaseSeen& base) {
    if (base.found && !base.found->reverted_by) {
        return Landed{Kind::kAlreadyMerged, base.found->commit, "found on " + base.name};
    }
    if (base.found) {
        return Landed{Kind::kReverted,
                      base.found->commit,
                      "it was merged as " + base.found->commit + " and reverted by " +
                          *base.found->reverted_by + "; revert the revert, or commit new work"};
    }
    if (base.tip == request.expected_base) return std::nullopt;
    return Landed{Kind::kBaseMoved, {}, base.name + " is at " + base.tip};
}

std::optional<Landed> afterPush(const LandRequest& request,
                                const std::string& merge,
                                bool merge_is_on_base,
                                const BaseSeen& base,
                                const PushAnswer& answer) {
    if (merge_is_on_base) return Landed{Kind::kMerged, merge, {}};
    if (auto landed = withoutMerging(request, base)) return landed;
    switch (answer.kind) {
        case PushAnswer::Kind::kRefused:
            return Landed{Kind::kRefused, {}, answer.reason};
        case PushAnswer::Kind::kBusy:
            return std::nullopt;
        case PushAnswer::Kind::kDone:
        case PushAnswer::Kind::kUnknown:
            break;
    }
    throw RemoteError(
        "landing " + request.task + ": " +
            (answer.kind == PushAnswer::Kind::kDone ? takenBack(merge, base) : answer.reason),
        true);
}

}  // namespace orch
