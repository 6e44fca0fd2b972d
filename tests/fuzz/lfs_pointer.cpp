// sources: host/forge/lfs_pointer.cpp

// A pointer that is read is one that git-lfs writes, and names nothing but an object.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "forge/lfs_pointer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto pointer = orch::parseLfsPointer(text);
    if (!pointer) return 0;
    if (size >= orch::kLfsPointerLimit || pointer->size > INT64_MAX) abort();
    if (pointer->oid.size() != 64) abort();
    if (pointer->oid.find_first_not_of("0123456789abcdef") != std::string::npos) abort();
    const auto end =
        "oid sha256:" + pointer->oid + "\nsize " + std::to_string(pointer->size) + "\n";
    if (!text.ends_with(end)) abort();
    return 0;
}
