#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "orch/types.hpp"

namespace orch::common {

/// When suddenly many things look over at once, the looking is more likely wrong than they are:
/// more than max(3, 30 %) of all subjects wait for a second look, and those it agrees on pass. A
/// value; part of a plugin's memory between ticks.
template <class Key>
class MassGuard {
public:
    struct Answer {
        std::set<Key> pass;
        bool alarm = false;  ///< a delay begins: people are told once
    };
    struct Look {
        std::size_t subjects{};   ///< how many there are in all
        Milliseconds awake{};     ///< now
        Milliseconds distance{};  ///< a look sooner after the first is not a second one
    };

    /// `wanted`: what would be acted on now by inference. Called once a tick.
    [[nodiscard]] Answer ask(const std::set<Key>& wanted, const Look& look) {
        if (wanted.size() <= most(look.subjects)) {
            first_seen_.clear();
            return {.pass = wanted};
        }
        Answer answer{.alarm = first_seen_.empty()};
        std::map<Key, Milliseconds> seen;
        for (const auto& key : wanted) {
            const auto known = first_seen_.find(key);
            const bool before = known != first_seen_.end();
            seen[key] = before ? known->second : look.awake;
            if (before && look.awake - seen[key] >= look.distance) answer.pass.insert(key);
        }
        first_seen_ = std::move(seen);
        return answer;
    }

    [[nodiscard]] bool delays() const { return !first_seen_.empty(); }

private:
    static std::size_t most(std::size_t subjects) {
        return std::max<std::size_t>(3, subjects * 3 / 10);
    }

    std::map<Key, Milliseconds> first_seen_;
};

}  // namespace orch::common
