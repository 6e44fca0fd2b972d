#include "daemon/daemon_file.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files.hpp"

namespace orch {

DaemonFile::DaemonFile(const std::filesystem::path& state_dir, const std::string& url)
    : file_(state_dir / "daemon.json") {
    const nlohmann::json json{{"url", url}, {"pid", getpid()}, {"version", ORCH_VERSION}};
    replaceFile(file_, json.dump() + "\n", Sync::kNo);
}

DaemonFile::~DaemonFile() {
    std::error_code gone_already;
    std::filesystem::remove(file_, gone_already);
}

}  // namespace orch
