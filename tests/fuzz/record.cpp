// sources: host/launch/record_files.cpp host/base/json_check.cpp host/base/untrusted.cpp
// sources: host/base/files.cpp host/base/text.cpp host/base/units.cpp

// Records of an attempt: whatever is read, written again and read again is the same.
#include "launch/record_files.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const orch::AttemptKey key{orch::JobId{3}, 1};
    (void)orch::keyOfExit(text);
    if (const auto proc = orch::decodeProc(text, key)) {
        const auto written = orch::encodeProc(*proc);
        const auto again = orch::decodeProc(written, key);
        if (!again || orch::encodeProc(*again) != written) abort();
    }
    if (const auto exit = orch::decodeExit(text, key)) {
        const auto written = orch::encodeExit(*exit);
        const auto again = orch::decodeExit(written, key);
        if (!again || orch::encodeExit(*again) != written) abort();
    }
    // The same as an exit record's words: what was written can be read, whatever bytes are in it.
    const orch::ExitRecord record{
        .key = key, .outcome = orch::Outcome::kExited, .exit_code = 1, .detail = std::string(text)};
    if (!orch::decodeExit(orch::encodeExit(record), key)) abort();
    return 0;
}
