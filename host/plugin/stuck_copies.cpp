#include "plugin/stuck_copies.hpp"

#include <link.h>

#include <system_error>

namespace orch {

namespace fs = std::filesystem;

namespace {

int isThis(dl_phdr_info* library, std::size_t /*size*/, void* path) {
    const auto& wanted = *static_cast<const std::string*>(path);
    return library->dlpi_name != nullptr && wanted == library->dlpi_name ? 1 : 0;
}

/// A file that cannot be deleted goes at the next start.
bool removeIfGone(const fs::path& copy) {
    if (isLoaded(copy)) return false;
    std::error_code ignored;
    fs::remove(copy, ignored);
    return true;
}

}  // namespace

bool isLoaded(const fs::path& copy) {
    // The loader's own list: dlclose answers 0 for a library that stays as well.
    auto path = copy.string();
    return dl_iterate_phdr(&isThis, &path) != 0;
}

bool StuckCopies::removeOrKeep(const std::string& plugin, const fs::path& copy) {
    if (removeIfGone(copy)) return true;
    const std::lock_guard lock(mutex_);
    copies_.emplace(plugin, copy);
    return false;
}

int StuckCopies::count(const std::string& plugin) {
    const std::lock_guard lock(mutex_);
    std::erase_if(copies_, [](const auto& copy) { return removeIfGone(copy.second); });
    return static_cast<int>(copies_.count(plugin));
}

}  // namespace orch
