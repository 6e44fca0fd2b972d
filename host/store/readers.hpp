#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "store/connection.hpp"

namespace orch {

/// Read connections, opened when needed; a few are kept for the next reader. Thread-safe.
class Readers {
public:
    explicit Readers(std::filesystem::path file, Mask mask = {})
        : file_(std::move(file)), mask_(std::move(mask)) {}

    /// A connection in a read transaction of its own.
    [[nodiscard]] std::unique_ptr<Connection> take();
    /// Ends the transaction and keeps or closes the connection.
    void giveBack(std::unique_ptr<Connection> connection) noexcept;

private:
    [[nodiscard]] std::unique_ptr<Connection> takeKept();

    std::filesystem::path file_;
    Mask mask_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> kept_;
};

}  // namespace orch
