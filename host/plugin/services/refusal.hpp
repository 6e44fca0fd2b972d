#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace orch {

/// What a call answers instead of a reply.
class CallRefused final : public Error {
public:
    CallRefused(std::int32_t status, const std::string& sentence)
        : Error(sentence), status_(status) {}
    [[nodiscard]] std::int32_t status() const { return status_; }

private:
    std::int32_t status_;
};

}  // namespace orch
