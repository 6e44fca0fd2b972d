#include "plugin/elf_check.hpp"

#include <elf.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/elf_image.hpp"

namespace orch {

namespace {

using Findings = std::vector<std::string>;

constexpr std::string_view kEntryPoint = "orch_plugin_v1";
const std::string kCure = "; build it with orch_add_plugin()";

bool flagged(const ElfImage& image, std::int64_t tag, std::uint64_t flag) {
    return std::any_of(image.dynamic.begin(), image.dynamic.end(), [&](const ElfDynamic& entry) {
        return entry.tag == tag && (entry.value & flag) != 0;
    });
}

bool tagged(const ElfImage& image, std::int64_t tag) {
    return std::any_of(image.dynamic.begin(), image.dynamic.end(), [&](const ElfDynamic& entry) {
        return entry.tag == tag;
    });
}

/// "3 symbols (a, b, …)": names come from the file and are cut.
std::string counted(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 3;
    std::vector<std::string> shown;
    for (const auto& name : names) {
        if (shown.size() < kShown) shown.push_back(shorten(cleanUtf8(name), 80));
    }
    if (names.size() > kShown) shown.emplace_back("…");
    const std::string noun = names.size() == 1 ? " symbol (" : " symbols (";
    return std::to_string(names.size()) + noun + join(shown, ", ") + ")";
}

template <typename Wanted>
std::vector<std::string> namesOf(const ElfImage& image, Wanted wanted) {
    std::vector<std::string> names;
    for (const auto& symbol : image.symbols) {
        if (wanted(symbol)) names.push_back(symbol.name);
    }
    return names;
}

bool isExport(const ElfSymbol& symbol) {
    return symbol.defined && !symbol.absolute && symbol.binding != STB_LOCAL;
}

void checkExports(const ElfImage& image, Findings& findings) {
    const auto entry_points = namesOf(image, [](const ElfSymbol& symbol) {
        return isExport(symbol) && symbol.name == kEntryPoint;
    });
    if (entry_points.empty()) {
        findings.push_back("does not export orch_plugin_v1, so it is no plugin for this orchd" +
                           kCure);
    }
    const auto others = namesOf(image, [](const ElfSymbol& symbol) {
        return isExport(symbol) && symbol.name != kEntryPoint;
    });
    if (others.empty()) return;
    findings.push_back("exports " + counted(others) +
                       " besides orch_plugin_v1, which another library may get in place of its "
                       "own" +
                       kCure);
}

/// What keeps a library in the process for ever, so that a new one cannot take its place.
void checkPins(const ElfImage& image, Findings& findings) {
    const auto unique =
        namesOf(image, [](const ElfSymbol& symbol) { return symbol.binding == STB_GNU_UNIQUE; });
    if (!unique.empty()) {
        findings.push_back("defines " + counted(unique) +
                           " as unique in the process: it could never be unloaded, and a second "
                           "copy would share the first one's variables" +
                           kCure);
    }
    if (flagged(image, DT_FLAGS_1, DF_1_NODELETE)) {
        findings.push_back("is linked with -z nodelete: it could never be unloaded" + kCure);
    }
    const auto at_exit = namesOf(image, [](const ElfSymbol& symbol) {
        return !symbol.defined && symbol.name.starts_with("__cxa_thread_atexit");
    });
    if (!at_exit.empty()) {
        findings.emplace_back(
            "has a thread_local variable with a destructor (it uses " + at_exit.front() +
            "): it could not be unloaded while a thread lives that used it; make it a member of "
            "the plugin's class");
    }
}

void checkLinking(const ElfImage& image, Findings& findings) {
    if (flagged(image, DT_FLAGS, DF_STATIC_TLS)) {
        findings.push_back(
            "keeps thread_local variables in static storage, of which a process has little: after "
            "some reloads it could not be loaded any more" +
            kCure);
    }
    if (tagged(image, DT_TEXTREL) || flagged(image, DT_FLAGS, DF_TEXTREL)) {
        findings.push_back("has code that must be written to when it is loaded (text relocations)" +
                           kCure);
    }
    if (tagged(image, DT_RPATH) || tagged(image, DT_RUNPATH)) {
        findings.push_back(
            "names folders to look for libraries in (RPATH): what it loads would depend on who "
            "writes there" +
            kCure);
    }
    if ((image.stack_flags.value_or(PF_X) & PF_X) != 0) {
        findings.push_back(
            "asks for an executable stack, which would make all of orchd's stacks executable" +
            kCure);
    }
}

}  // namespace

Findings elfFindings(std::string_view file) {
    try {
        const auto image = readElf(file);
        if (image.type != ET_DYN || flagged(image, DT_FLAGS_1, DF_1_PIE)) {
            return {"is a program or an object file, no shared library" + kCure};
        }
        Findings findings;
        checkExports(image, findings);
        checkPins(image, findings);
        checkLinking(image, findings);
        return findings;
    } catch (const PluginError& error) {
        return {error.what()};
    }
}

}  // namespace orch
