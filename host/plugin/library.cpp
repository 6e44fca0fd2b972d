#include "plugin/library.hpp"

#include <sys/statvfs.h>

// Boost.DLL's own way to do without boost::filesystem, so that no Boost library is linked.
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "plugin/elf_check.hpp"

namespace orch {

namespace fs = std::filesystem;

struct Library::Loaded {
    std::string name, sha256;
    fs::path copy;
    StuckCopies& stuck;
    boost::dll::shared_library library;
    PluginTable table;
};

namespace {

/// Boost: "…load() failed (dlerror system message: /copy.so: undefined symbol: x): Bad file …". The
/// words of the system are what helps, and people know the original by its name, not the copy.
std::string reasonOf(std::string words, const fs::path& copy) {
    constexpr std::string_view kBegin = "dlerror system message: ";
    if (const auto begin = words.find(kBegin); begin != std::string::npos) {
        words.erase(0, begin + kBegin.size());
        words.erase(std::min(words.rfind("): "), words.size()));
    }
    const auto prefix = copy.string() + ": ";
    if (words.starts_with(prefix)) words.erase(0, prefix.size());
    return words;
}

std::string hintAbout(const fs::path& copy) {
    struct statvfs info {};
    const bool refuses = statvfs(copy.c_str(), &info) == 0 &&
                         (info.f_flag & static_cast<unsigned long>(ST_NOEXEC)) != 0;
    if (!refuses) return "";
    return " (" + copy.parent_path().string() +
           " is mounted noexec: put state_dir where libraries may be loaded from)";
}

void open(Library::Loaded& loaded, const fs::path& file) {
    using boost::dll::load_mode::type;
    constexpr auto kMode =
        static_cast<type>(boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    try {
        loaded.library.load(loaded.copy, kMode);
    } catch (const std::exception& error) {
        const auto reason = reasonOf(error.what(), loaded.copy) + hintAbout(loaded.copy);
        loaded.stuck.removeOrKeep(loaded.name, loaded.copy);
        throw PluginError(file.string() + " cannot be loaded: " + reason);
    }
}

/// The plugin's code runs here for the first time.
PluginTable askForTable(const Library::Loaded& loaded) {
    try {
        // Not declared noexcept here: a plugin made without plugin.hpp may throw.
        const auto& entry_point = loaded.library.get<const orch_plugin*()>("orch_plugin_v1");
        return readTable(entry_point(), loaded.name);
    } catch (const PluginError&) {
        throw;
    } catch (const std::exception& error) {
        throw PluginError(std::string{"threw when it was asked for its table: "} + error.what());
    } catch (...) {
        throw PluginError("threw when it was asked for its table");
    }
}

}  // namespace

Library::Library(std::unique_ptr<Loaded> loaded) : loaded_(std::move(loaded)) {}

Library::~Library() {
    if (loaded_->library.is_loaded()) unload();
}

const PluginTable& Library::table() const {
    return loaded_->table;
}

const std::string& Library::sha256() const {
    return loaded_->sha256;
}

Library::End Library::unload() {
    loaded_->library.unload();
    const bool gone = loaded_->stuck.removeOrKeep(loaded_->name, loaded_->copy);
    return gone ? End::kGone : End::kStuck;
}

LibraryFile readCheckedLibrary(const fs::path& file) {
    auto library = readLibraryFile(file);
    const auto findings = elfFindings(library.bytes);
    if (findings.empty()) return library;
    throw PluginError(library.path.string() + " " + join(findings, ". It also "));
}

LibraryLoader::LibraryLoader(const fs::path& folder) : copies_(folder) {}

std::unique_ptr<Library> LibraryLoader::load(const std::string& name,
                                             const fs::path& file,
                                             std::int64_t generation) {
    if (!isPluginId(name)) throw PluginError("no plugin can be called " + shorten(name, 80));
    if (stuck(name) >= kMostStuck) {
        throw PluginError(file.string() + " is not loaded: " + std::to_string(kMostStuck) +
                          " older libraries of " + name +
                          " could not be unloaded; restart orchd to be rid of them");
    }
    const auto library_file = readCheckedLibrary(file);
    auto loaded = std::unique_ptr<Library::Loaded>(new Library::Loaded{
        name, library_file.sha256, copies_.add(name, generation, library_file), stuck_, {}, {}});
    open(*loaded, library_file.path);
    auto& table = loaded->table;
    const auto& opened = *loaded;
    auto library = std::make_unique<Library>(std::move(loaded));  // from here on it unloads
    try {
        table = askForTable(opened);
    } catch (const PluginError& error) {
        throw PluginError(library_file.path.string() + " " + error.what());
    }
    return library;
}

int LibraryLoader::stuck(const std::string& name) {
    return stuck_.count(name);
}

}  // namespace orch
