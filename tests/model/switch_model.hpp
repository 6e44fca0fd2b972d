#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "plugin/gate_state.hpp"
#include "plugin/plugin_switch.hpp"

namespace orch::testing {

/// Every interleaving of a plugin's ticks with everything that takes its permits away: an operator
/// who switches it off, one who switches it on, a configuration that says off, a generation that is
/// replaced; with a writer whose closures run one by one before their common commit, which may fail
/// once. The steps are the real ones of GateState and PluginSwitch, each as whole as Switchboard's
/// and CommitGate's locks make it; the database is what the writer has committed.
class SwitchModel {
public:
    /// A safeguard that is left out, to see the checker object.
    enum class Dropped {
        kNothing,
        kCheckInClosure,  ///< the permit of a tick is asked for and not looked at again
        kEpoch,           ///< it asks only whether the gate is open
        kGateFirst,       ///< the row is written before the gate is shut
        kWaitForAct,
        kWaitForWriter,  ///< the configuration and a replacement answer without a pass
        kOrderNumber,    ///< a late "on" opens the gate whatever was ordered since
        kPostInOrder     ///< rows are posted some time after their orders began
    };
    struct Result {
        std::size_t states = 0;
        std::string violation;  ///< empty: every promise held in every state
    };

    explicit SwitchModel(Dropped dropped = Dropped::kNothing) : dropped_(dropped) {}
    [[nodiscard]] Result explore();

private:
    enum class Who { kOff, kOn, kConfiguration, kReplacement };
    static constexpr unsigned kSwitchers = 4;
    using Mask = unsigned;  ///< one bit a switcher

    struct Tick {
        enum class At { kOut, kIn, kPosted, kActing } at = At::kOut;
        Permit permit;
        Mask before{};  ///< who had not begun when the permit was given
    };
    struct Switcher {
        enum class At { kIdle, kBegun, kPosted, kAnswered } at = At::kIdle;
        PluginSwitch::Order order;
        std::int64_t epoch{};  ///< of the gate, when it had begun
        bool is_over = false;  ///< the pass with its closure
        bool is_written = false;
    };
    /// A closure of the writer.
    struct Closure {
        std::optional<unsigned> of;  ///< a switcher's; nothing: the plugin's commit
        Permit permit;
        Mask before{};
        bool allowed = false;
    };
    struct World {
        PluginSwitch votes{SwitchVotes{}};
        GateState gate;
        Tick tick;
        int ticks = 0;
        std::array<Switcher, kSwitchers> switchers;
        std::vector<Closure> waiting, pass;
        std::size_t run = 0;  ///< closures of the pass that have run
        bool in_pass = false;
        std::optional<bool> row;  ///< the vote in the database
        bool has_failed = false;  ///< a pass
        Mask answered{};
        std::optional<bool> last_order;
    };
    using Step = void (SwitchModel::*)(unsigned);
    struct Move {
        const char* name;
        Step step;
        unsigned who;
    };

    [[nodiscard]] std::vector<Move> moves() const;
    void addTickMoves(std::vector<Move>& all) const;
    void addWriterMoves(std::vector<Move>& all) const;
    void addMovesOf(unsigned who, std::vector<Move>& all) const;
    void visit();
    [[nodiscard]] std::string stateKey() const;
    void checkState();
    void fail(const std::string& what);
    [[nodiscard]] bool mayAnswer(unsigned who) const;
    void effect(Mask before, const char* what);
    [[nodiscard]] bool permits(Permit permit) const;

    void enter(unsigned);
    void postCommit(unsigned);
    void beginAct(unsigned);
    void act(unsigned);
    void startPass(unsigned);
    void runClosure(unsigned);
    void commit(unsigned);
    void failPass(unsigned);
    void endPass(bool well);
    void begin(unsigned who);
    void post(unsigned who);
    void answer(unsigned who);

    Dropped dropped_;
    World world_;
    std::unordered_set<std::string> met_;
    std::vector<Move> path_;
    Result result_;
};

}  // namespace orch::testing
