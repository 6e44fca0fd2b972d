#include "forge/hung_repositories.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

/// What fails sooner kept nobody waiting.
constexpr std::chrono::seconds kLate{10};
constexpr std::chrono::hours kLongestRest{1};

}  // namespace

void HungRepositories::watch(const std::filesystem::path& folder,
                             const std::function<void()>& look) {
    const auto found = hung_.find(folder);
    const auto began = now_();
    if (found != hung_.end() && began < found->second.until) {
        const auto rest =
            std::chrono::duration_cast<std::chrono::milliseconds>(found->second.until - began);
        throw RemoteError(
            "git hung in " + folder.string() + ": it is looked at again in " + spokenDuration(rest),
            true);
    }
    try {
        look();
        forget(folder);
    } catch (const RemoteError&) {
        if (now_() - began >= kLate) remember(folder, now_() - began);
        throw;
    }
}

void HungRepositories::remember(const std::filesystem::path& folder, Clock::duration took) {
    constexpr int kRestPerLook = 4;
    const auto found = hung_.find(folder);
    const auto longer = found == hung_.end() ? Clock::duration{} : found->second.rest * 2;
    const auto rest =
        std::min<Clock::duration>(std::max(longer, took * kRestPerLook), kLongestRest);
    hung_[folder] = {rest, now_() + rest};
}

}  // namespace orch
