// sources: host/base/text.cpp host/base/untrusted.cpp host/base/files.cpp
// sources: host/base/units.cpp

// The end of a log as people see it: valid UTF-8 within its limit, cut where a character ends.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "base/untrusted.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t limit = data[0];
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto tail = orch::fromFirstLine(text);
    if (tail.size() > text.size() || !text.ends_with(tail)) abort();
    const auto clean = orch::cleanUtf8(tail);
    if (clean.size() > 3 * tail.size() || orch::cleanUtf8(clean) != clean) abort();
    const auto shown = orch::shorten(clean, limit);
    if (shown.size() > limit) abort();
    (void)nlohmann::json(shown).dump();  // throws for what is no UTF-8
    return 0;
}
