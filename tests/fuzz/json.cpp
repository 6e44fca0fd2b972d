// sources: host/base/json_check.cpp

// What jsonTrouble() lets pass the parser takes, within the limits and without recursing; what the
// parser takes it refuses for its limits alone.
#include "base/json_check.hpp"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const orch::JsonLimits limits{.depth = 16, .values = 500};
    const auto trouble = orch::jsonTrouble(text, limits);
    // The parser takes a zero byte for the end of the text, which RFC 8259 does not.
    if (text.find('\0') != std::string_view::npos) return trouble ? 0 : (abort(), 0);
    const auto accepted = nlohmann::json::accept(text);
    if (!trouble && !accepted) abort();
    if (!trouble) {
        const auto json = nlohmann::json::parse(text);
        const auto copy = json;  // by recursion
        const auto again = json.dump();
        if (nlohmann::json::parse(again) != copy) abort();
        return 0;
    }
    const bool for_limits = trouble->find("more than") != std::string::npos;
    if (accepted != for_limits && accepted) abort();
    if (trouble->size() > 120) abort();
    return 0;
}
