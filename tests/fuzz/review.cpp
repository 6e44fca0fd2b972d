// sources: host/pipeline/review_text.cpp host/base/json_check.cpp host/base/text.cpp

// A review is read or refused in a sentence; neither is longer than it may be.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pipeline/review_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto review = orch::parseReview(text);
    if (!review) {
        if (review.trouble.empty() || review.trouble.size() > 200) abort();
        return 0;
    }
    if (review->head.size() > 200 || review->findings.size() > 50) abort();
    for (const auto& finding : review->findings) {
        if (finding.size() > 2'000) abort();
    }
    const auto fenced = orch::parseReview("```json\n" + text + "\n```");
    if (text.find("```") == std::string::npos && !fenced) abort();
    return 0;
}
