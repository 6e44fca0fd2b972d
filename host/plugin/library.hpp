#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "plugin/library_file.hpp"
#include "plugin/plugin_table.hpp"
#include "plugin/private_copies.hpp"
#include "plugin/stuck_copies.hpp"

namespace orch {

/// A library of a plugin, loaded from its private copy. Load, use and unload it on the generation's
/// own thread. Must not outlive its LibraryLoader.
class Library {
public:
    struct Loaded;  ///< what Boost.DLL has of it
    explicit Library(std::unique_ptr<Loaded> loaded);
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library();  ///< as unload()

    /// Not after unload().
    [[nodiscard]] const PluginTable& table() const;
    /// Lower-case hex SHA-256 of what was loaded.
    [[nodiscard]] const std::string& sha256() const;

    enum class End {
        kGone,  ///< not a byte of it is in the process
        kStuck  ///< it was closed and stayed; LibraryLoader counts it
    };
    /// Nobody may be in its code, or keep a pointer into it. Once.
    End unload();

private:
    std::unique_ptr<Loaded> loaded_;
};

/// Reads a library and checks all that can be seen without running it. Throws PluginError with
/// sentences that begin with the file.
[[nodiscard]] LibraryFile readCheckedLibrary(const std::filesystem::path& file);

/// Makes libraries out of files. Any thread.
class LibraryLoader {
public:
    /// `folder` is emptied: see PrivateCopies. Throws Error.
    explicit LibraryLoader(const std::filesystem::path& folder);

    /// Loads the library of the plugin `name`. Runs its static constructors, nothing else of it but
    /// orch_plugin_v1() and get_extension. Throws PluginError with a sentence that begins with the
    /// file, Error when the copy cannot be made.
    [[nodiscard]] std::unique_ptr<Library> load(const std::string& name,
                                                const std::filesystem::path& file,
                                                std::int64_t generation);
    /// How many libraries of this plugin were closed and are in the process all the same.
    [[nodiscard]] int stuck(const std::string& name);
    /// With so many stuck no more of a plugin is loaded.
    static constexpr int kMostStuck = 8;

private:
    PrivateCopies copies_;
    StuckCopies stuck_;
};

}  // namespace orch
