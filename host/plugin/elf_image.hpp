#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// One entry of a library's dynamic symbol table.
struct ElfSymbol {
    std::string name;           ///< its first 256 bytes
    unsigned char binding = 0;  ///< STB_…
    bool defined = false;       ///< by this library; else it is looked for in others
    bool absolute = false;      ///< in no section, as the names of versions are
};

/// One entry of a library's dynamic section.
struct ElfDynamic {
    std::int64_t tag = 0;
    std::uint64_t value = 0;
};

/// What of an ELF file the dynamic loader goes by; a copy.
struct ElfImage {
    std::uint16_t type = 0;  ///< ET_…
    std::vector<ElfDynamic> dynamic;
    std::vector<ElfSymbol> symbols;
    std::optional<std::uint32_t> stack_flags;  ///< PF_… of its PT_GNU_STACK, if it has one
};

/// Reads what is at hand of a file, which may be anything: never looks outside `file`, and its time
/// and memory are bounded by the file's size. Throws PluginError with a sentence that has no
/// subject ("is cut short: …") unless it is a whole ELF file for this machine.
[[nodiscard]] ElfImage readElf(std::string_view file);

}  // namespace orch
