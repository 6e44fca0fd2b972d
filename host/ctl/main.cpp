#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "ctl/cli.hpp"

int main(int argc, char** argv) {
    using namespace orch::ctl;
    std::error_code gone;  // a deleted working folder is no reason not to answer
    const auto folder = std::filesystem::current_path(gone);
    Context context{std::cout,
                    std::cerr,
                    terminalOf(STDOUT_FILENO),
                    {orch::processEnvironment(), gone ? std::filesystem::path{"/"} : folder}};
    const auto code = run({argv + 1, argv + argc}, context);
    std::cout.flush();
    return static_cast<int>(code);
}
