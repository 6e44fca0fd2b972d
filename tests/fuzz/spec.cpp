// sources: host/launch/spec_file.cpp host/launch/record_files.cpp host/base/json_check.cpp
// sources: host/base/untrusted.cpp host/base/files.cpp host/base/text.cpp
// sources: host/base/units.cpp

// spec.json: refused by LaunchError alone; what is read, written again and read again is the same.
#include "launch/spec_file.hpp"

#include <cstdint>
#include <cstdlib>

#include "base/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto spec = orch::decodeSpec({reinterpret_cast<const char*>(data), size});
        const auto written = orch::encodeSpec(spec);
        if (orch::encodeSpec(orch::decodeSpec(written)) != written) abort();
    } catch (const orch::LaunchError&) {
        return 0;
    }
    return 0;
}
