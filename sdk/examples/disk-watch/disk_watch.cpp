#include <orch/plugin.hpp>

/// Tells someone when a disk fills up.
class DiskWatch {
public:
    static constexpr orch::Descriptor descriptor{
        .id = "disk-watch",
        .version = "1.0.0",
        .kill_switch = "ORCH_DISK_WATCH_ENABLED",
        .interval = 60s,
        .needs = "notify.send",
        .settings_schema =
            R"({"type":"object","properties":{"path":{"type":"string"},"min_free":{"type":"string"}},"required":["path"]})"};

    DiskWatch(orch::Host host, const orch::Settings& settings)
        : host_(host), path_(settings.text("path")), min_free_(settings.bytes("min_free", 10_GB)) {}

    void tick(const orch::Tick& tick) {
        const auto free = std::filesystem::space(path_).available;
        if (free < min_free_ && !tick.cancelled())
            host_.notify().send(
                {.subject = "disk:" + path_, .text = orch::bytes(free) + " left on " + path_});
    }

private:
    orch::Host host_;
    std::string path_;
    std::uint64_t min_free_;
};
ORCH_PLUGIN(DiskWatch)
