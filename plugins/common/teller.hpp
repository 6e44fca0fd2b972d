#pragma once

#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "common/remark.hpp"
#include "orch/services.hpp"

namespace orch::common {

/// Tells the journal and people what a plugin has to say, and keeps what cannot be said now for the
/// next tick.
class Teller {
public:
    explicit Teller(Host host) : host_(host) {}

    void add(Remark remark) { keep(std::move(remark)); }
    void add(Notice notice) { keep(std::move(notice)); }
    /// Says all that waits, the oldest first, until something is not possible now. What is refused
    /// for good is logged and dropped. Throws Cancelled; nothing is lost by that.
    void say();
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
    using Word = std::variant<Remark, Notice>;
    void keep(Word word);
    /// False: not now.
    bool say(const Word& word);
    bool sayNow(const Remark& remark);
    bool sayNow(const Notice& notice);

    Host host_;
    std::deque<Word> waiting_;
};

}  // namespace orch::common
