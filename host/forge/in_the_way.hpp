#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/git.hpp"

namespace orch {

/// What stands in `folder`, whose files are those of the commit `from`, where a change to `to` puts
/// files, and is nothing that `from` brought there: git would overwrite or delete what it ignores,
/// and the files of a submodule, without a word. At most 20 paths. `objects`: knows both commits;
/// `checkout`: that of the folder. Reads only. Throws RemoteError.
[[nodiscard]] std::vector<std::string> inTheWay(const Git& objects,
                                                const Git& checkout,
                                                const std::filesystem::path& folder,
                                                const std::string& from,
                                                const std::string& to);

}  // namespace orch
