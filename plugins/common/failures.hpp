#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace orch::common {

/// Counts what fails tick after tick, each thing for itself, so that people are told once and not
/// at every tick. One episode lasts until nothing fails any more.
template <class Key>
class Failures {
public:
    /// Five ticks in a row: longer than a busy database, shorter than a night.
    static constexpr int kTellAfter = 5;

    struct Report {
        int things = 0;        ///< how many fail
        Key key;               ///< one that failed for that long
        std::string sentence;  ///< its last failure
    };

    /// True for the first failure of an episode.
    bool failed(const Key& key, std::string sentence) {
        const auto before = before_.find(key);
        const int times = before == before_.end() ? 1 : before->second.times + 1;
        now_[key] = {times, std::move(sentence)};
        return before_.empty() && now_.size() == 1;
    }
    /// Ends a tick: what did not fail in it has failed 0 times. A report: people are to be told.
    [[nodiscard]] std::optional<Report> endTick() {
        before_ = std::exchange(now_, {});
        if (before_.empty()) told_ = false;
        for (const auto& [key, failing] : before_) {
            if (told_ || failing.times < kTellAfter) continue;
            told_ = true;
            return Report{static_cast<int>(before_.size()), key, failing.sentence};
        }
        return {};
    }
    [[nodiscard]] std::size_t failing() const { return before_.size(); }

private:
    struct Failing {
        int times = 0;
        std::string sentence;
    };
    std::map<Key, Failing> before_, now_;
    bool told_ = false;
};

}  // namespace orch::common
