#pragma once

#include <memory>

#include "base/mask.hpp"

namespace orch {

/// While it lives, what this program writes to std::cout, std::cerr and std::clog goes out line by
/// line, with the secrets hidden; at its end, what was begun. Thread-safe; at most one at a time.
class MaskedOutput {
public:
    explicit MaskedOutput(const Mask& mask);
    MaskedOutput(const MaskedOutput&) = delete;
    MaskedOutput& operator=(const MaskedOutput&) = delete;
    ~MaskedOutput();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orch
