#pragma once

#include <functional>
#include <string>

#include "plugin/services/commit.hpp"
#include "plugin/services/method.hpp"
#include "store/journal.hpp"

namespace orch {

/// Something a plugin wants done.
struct Deed {
    /// Two orders of the same are one decision: it is observed once, and fails as one.
    std::string identity;
    std::string subject;  ///< in the journal: "job 7"
    Why why;
};

/// {"result":"nothing","detail":"…"}
[[nodiscard]] Json answer(const char* result, const std::string& detail = "");

/// The deed as a row of the journal.
[[nodiscard]] JournalEntry entryOf(const Call& call, const Deed& deed);

/// What every method that changes something does around `act`, which answers a reply and throws
/// when it fails. In mode observe it journals the deed (once while it is repeated) and does
/// nothing. With max_actions_per_hour used up it does nothing and tells people once. What keeps
/// failing is told to people once, after five times. Only "done" counts as an action.
[[nodiscard]] Json change(const Call& call, const Deed& deed, const std::function<Json()>& act);

/// What is remembered of a deed that has not worked; forgotten when it works.
[[nodiscard]] Failing& failingOf(const Call& call, const Deed& deed);

/// Tells people about the plugin itself: a notification and a journal row, in one commit.
void tellPeople(const Call& call, const std::string& rule, const std::string& sentence);

}  // namespace orch
