#pragma once

#include <sys/types.h>

#include <filesystem>

#include "ctl/client.hpp"
#include "ctl/demo/folder.hpp"

namespace orch::ctl {

/// The demo's own orchd, a child in a process group of its own (so that Ctrl-C reaches the demo
/// alone). Its output goes to folder.daemonLog().
class DaemonProcess {
public:
    /// `program` is orchd's path.
    DaemonProcess(std::filesystem::path program, DemoFolder folder);
    /// Ends it like stop() unless it was released, swallowing nothing but its exit code.
    ~DaemonProcess();
    DaemonProcess(const DaemonProcess&) = delete;
    DaemonProcess& operator=(const DaemonProcess&) = delete;

    /// Starts it and waits until it is ready. Throws Error with the end of its log when it is not.
    void start();
    /// SIGKILL, and collects it: afterwards it is gone.
    void pullThePlug();
    /// SIGTERM, ten seconds, SIGKILL; the exit code (128 + signal). Nothing to do: 0.
    int stop();
    /// Lets it run on after this object.
    void release() { pid_ = -1; }

    [[nodiscard]] Client client() const;

private:
    void spawn();
    void awaitReady() const;
    [[nodiscard]] bool ready() const;
    [[nodiscard]] std::string lastWords() const;

    std::filesystem::path program_;
    DemoFolder folder_;
    mutable pid_t pid_ = -1;
};

}  // namespace orch::ctl
