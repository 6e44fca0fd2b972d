#include "ctl/demo/folder.hpp"

#include "base/error.hpp"
#include "ctl/demo/leftovers.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

void requireOurs(const DemoFolder& folder) {
    if (!fs::exists(folder.root) || fs::exists(folder.marker())) return;
    if (!fs::is_directory(folder.root) || !fs::is_empty(folder.root)) {
        throw Error("the demo does not touch " + folder.root.string() +
                    ": it is not empty and no demo made it (there is no .orch-demo in it); name "
                    "another folder with --dir");
    }
}

void empty(const DemoFolder& folder) {
    for (const auto& entry : fs::directory_iterator{folder.root}) {
        if (entry.path() != folder.marker()) fs::remove_all(entry.path());
    }
}

void makeFolders(const DemoFolder& folder) {
    for (const auto& inner : {folder.greeter(),
                              folder.prompts(),
                              folder.agents(),
                              folder.production(),
                              folder.ledger().parent_path()}) {
        fs::create_directories(inner);
    }
}

}  // namespace

UniqueFd claimDemoFolder(const DemoFolder& folder) {
    try {
        requireOurs(folder);
        fs::create_directories(folder.root);
        auto lock = tryLock(folder.marker());
        if (!lock) throw Error("another demo is running in " + folder.root.string());
        endLeftovers(folder);
        empty(folder);
        makeFolders(folder);
        return std::move(*lock);
    } catch (const fs::filesystem_error& error) {
        throw Error("cannot prepare the demo's folder: " + std::string{error.what()});
    }
}

}  // namespace orch::ctl
