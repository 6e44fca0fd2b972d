#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/files.hpp"

namespace orch {

/// The only way to open what an agent, or anybody else who is no friend, may have put in a file's
/// place. `root` is a folder of our own; `below` leads from there to the file, and no part of it
/// may be a symbolic link or "..". What is found is looked at before it is opened, and the very
/// thing that was looked at is opened: no pipe is waited for and no device is touched. Nothing here
/// throws for what it finds; the answer says it in words that follow the file's name: "is a
/// symbolic link".

/// An ordinary file, opened for reading.
struct UntrustedFile {
    UniqueFd fd;
    std::uint64_t size = 0;  ///< when it was looked at: it may be growing
    bool absent = false;     ///< there is nothing of that name: `trouble` says so too
    std::string trouble;     ///< empty when `fd` is open
    bool unsure = false;     ///< it could not be looked at: another look may tell more
};
[[nodiscard]] UntrustedFile openUntrusted(const std::filesystem::path& root,
                                          const std::filesystem::path& below);

/// What a file held, or why it cannot be told.
struct UntrustedText {
    std::optional<std::string> text;
    bool absent = false;
    std::string trouble;  ///< empty with a text
    bool unsure = false;
};
/// All of it, when that is not more than `limit` bytes: "is larger than 1 MB" otherwise.
[[nodiscard]] UntrustedText readUntrusted(const std::filesystem::path& root,
                                          const std::filesystem::path& below,
                                          std::uint64_t limit);
/// Its last `limit` bytes, cut at the first whole line where one begins; the file may be of any
/// size.
[[nodiscard]] UntrustedText tailUntrusted(const std::filesystem::path& root,
                                          const std::filesystem::path& below,
                                          std::uint64_t limit);
/// Is there an ordinary file? Looks without opening it.
[[nodiscard]] bool isUntrustedFile(const std::filesystem::path& root,
                                   const std::filesystem::path& below);

/// `text` from the first line that begins in it: for a text whose first byte was cut off a longer
/// one together with what is before it. All but that byte when no line begins.
[[nodiscard]] std::string fromFirstLine(std::string text);

}  // namespace orch
