#include "bench/many_files.hpp"

#include <stdexcept>
#include <string>

#include "base/files.hpp"
#include "base/run.hpp"

namespace orch::bench {

namespace {

/// As git fast-import reads it.
std::string streamOf(int files) {
    std::string stream = "commit refs/heads/main\ncommitter b <b@localhost> 0 +0000\ndata 1\nx\n";
    for (int i = 0; i < files; ++i) {
        const auto text = std::to_string(i) + "\n";
        stream += "M 100644 inline d" + std::to_string(i / 250) + "/f" + std::to_string(i) +
                  "\ndata " + std::to_string(text.size()) + "\n" + text;
    }
    return stream;
}

}  // namespace

testing::GitRepo repositoryWith(const std::filesystem::path& path, int files) {
    auto repository = testing::GitRepo::createEmpty(path);
    replaceFile(path / "stream", streamOf(files), Sync::kNo);
    const auto shell = "git -C '" + path.string() + "' fast-import --quiet <stream && rm stream";
    const auto done = run(
        {.command = {"sh", "-c", shell}, .environment = {"PATH=/usr/bin:/bin"}, .folder = path});
    if (done.exit_code != 0) throw std::runtime_error("fast-import: " + done.errors);
    repository.git({"checkout", "-q", "-f", "main"});
    return repository;
}

}  // namespace orch::bench
