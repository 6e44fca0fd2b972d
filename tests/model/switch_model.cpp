#include "model/switch_model.hpp"

#include <utility>

#include "base/text.hpp"

namespace orch::testing {

namespace {
constexpr int kMostTicks = 2;
constexpr const char* kNames[] = {"off", "on", "configuration", "replacement"};
}  // namespace

void SwitchModel::fail(const std::string& what) {
    if (!result_.violation.empty()) return;
    result_.violation = what + " after:";
    for (const auto& move : path_) {
        result_.violation += std::string(" ") + (move.who < kSwitchers ? kNames[move.who] : "") +
                             " " + move.name + ",";
    }
}

/// Something of the plugin happens now, under a permit from before `before` had begun.
void SwitchModel::effect(Mask before, const char* what) {
    if ((before & world_.answered) != 0) fail(std::string(what) + " followed an answer");
}

bool SwitchModel::permits(Permit permit) const {
    return dropped_ == Dropped::kEpoch ? world_.gate.isOpen() : world_.gate.permits(permit);
}

void SwitchModel::enter(unsigned) {
    const auto permit = world_.gate.permit();
    if (!permit) return;
    const auto at = [&](Who who) { return world_.switchers[static_cast<unsigned>(who)].at; };
    if (at(Who::kConfiguration) == Switcher::At::kAnswered || !world_.last_order.value_or(true)) {
        const bool is_loose = dropped_ == Dropped::kGateFirst;  // it may be open until the answer
        if (!is_loose) fail("a permit was given although the last word was off");
    }
    world_.tick = {Tick::At::kIn, *permit, 0};
    ++world_.ticks;
    for (unsigned who = 0; who < kSwitchers; ++who) {
        if (world_.switchers[who].at == Switcher::At::kIdle) world_.tick.before |= 1U << who;
    }
}

void SwitchModel::postCommit(unsigned) {
    auto& tick = world_.tick;
    world_.waiting.push_back({std::nullopt, tick.permit, tick.before, false});
    tick.at = Tick::At::kPosted;
}

void SwitchModel::beginAct(unsigned) {
    const bool allowed = world_.gate.beginAct(world_.tick.permit);
    world_.tick.at = allowed ? Tick::At::kActing : Tick::At::kOut;
}

void SwitchModel::act(unsigned) {
    effect(world_.tick.before, "an act");
    world_.gate.endAct(world_.tick.permit);
    world_.tick = {};
}

void SwitchModel::startPass(unsigned) {
    world_.pass = std::exchange(world_.waiting, {});
    world_.run = 0;
    world_.in_pass = true;
}

void SwitchModel::runClosure(unsigned) {
    auto& closure = world_.pass[world_.run++];
    if (closure.of) return;
    closure.allowed = dropped_ == Dropped::kCheckInClosure || permits(closure.permit);
}

void SwitchModel::commit(unsigned) {
    for (const auto& closure : world_.pass) {
        if (!closure.of) {
            if (closure.allowed) effect(closure.before, "a commit");
        } else if (const auto& order = world_.switchers[*closure.of].order; order.number != 0) {
            world_.row = order.vote.on;
        }
    }
    endPass(true);
}

void SwitchModel::failPass(unsigned) {
    world_.has_failed = true;
    endPass(false);
}

void SwitchModel::endPass(bool well) {
    for (const auto& closure : world_.pass) {
        if (!closure.of) continue;
        world_.switchers[*closure.of].is_over = true;
        world_.switchers[*closure.of].is_written = well;
    }
    world_.pass.clear();
    world_.in_pass = false;
}

/// What Switchboard does under its lock.
void SwitchModel::begin(unsigned who) {
    auto& switcher = world_.switchers[who];
    const auto role = static_cast<Who>(who);
    if (role == Who::kConfiguration) world_.votes.configure(false);
    if (role == Who::kOff || role == Who::kOn) {
        switcher.order = world_.votes.begin({role == Who::kOn, "me", "", ""});
        world_.last_order = role == Who::kOn;
    }
    if (role == Who::kReplacement) world_.gate.revoke();
    if (dropped_ != Dropped::kGateFirst) follow(world_.gate, world_.votes);
    switcher.epoch = world_.gate.epoch();
    switcher.at = Switcher::At::kBegun;
    if (dropped_ != Dropped::kPostInOrder) post(who);
}

void SwitchModel::post(unsigned who) {
    world_.waiting.push_back({who, {}, 0, false});
    world_.switchers[who].at = Switcher::At::kPosted;
}

/// An order ends under Switchboard's lock; then whoever gave it is told.
void SwitchModel::answer(unsigned who) {
    auto& switcher = world_.switchers[who];
    const auto role = static_cast<Who>(who);
    if (role == Who::kOff || role == Who::kOn) {
        if (dropped_ == Dropped::kOrderNumber) switcher.order.number += 100;
        world_.votes.end(switcher.order, switcher.is_written ? "" : "no space");
    }
    follow(world_.gate, world_.votes);
    switcher.at = Switcher::At::kAnswered;
    if (role != Who::kOn) world_.answered |= 1U << who;
}

void SwitchModel::addTickMoves(std::vector<Move>& all) const {
    switch (world_.tick.at) {
        case Tick::At::kOut:
            if (world_.ticks < kMostTicks && world_.gate.isOpen()) {
                all.push_back({"a tick begins", &SwitchModel::enter, kSwitchers});
            }
            return;
        case Tick::At::kIn:
            all.push_back({"it posts a commit", &SwitchModel::postCommit, kSwitchers});
            return;
        case Tick::At::kPosted:
            all.push_back({"it asks to act", &SwitchModel::beginAct, kSwitchers});
            return;
        case Tick::At::kActing:
            all.push_back({"it acts", &SwitchModel::act, kSwitchers});
    }
}

void SwitchModel::addWriterMoves(std::vector<Move>& all) const {
    if (!world_.in_pass) {
        if (!world_.waiting.empty())
            all.push_back({"a pass starts", &SwitchModel::startPass, kSwitchers});
    } else if (world_.run < world_.pass.size()) {
        all.push_back({"a closure runs", &SwitchModel::runClosure, kSwitchers});
    } else {
        all.push_back({"the pass is committed", &SwitchModel::commit, kSwitchers});
        if (!world_.has_failed)
            all.push_back({"the pass fails", &SwitchModel::failPass, kSwitchers});
    }
}

/// The waits of Switchboard: for the acts of earlier epochs, and for the pass with its closure.
bool SwitchModel::mayAnswer(unsigned who) const {
    const auto& switcher = world_.switchers[who];
    const auto role = static_cast<Who>(who);
    const bool waits_for_act = role != Who::kOn && dropped_ != Dropped::kWaitForAct;
    if (waits_for_act && !world_.gate.settled(switcher.epoch)) return false;
    const bool is_order = role == Who::kOff || role == Who::kOn;
    const bool waits_for_pass = is_order || dropped_ != Dropped::kWaitForWriter;
    return !waits_for_pass || switcher.is_over;
}

void SwitchModel::addMovesOf(unsigned who, std::vector<Move>& all) const {
    switch (world_.switchers[who].at) {
        case Switcher::At::kIdle:
            all.push_back({"begins", &SwitchModel::begin, who});
            return;
        case Switcher::At::kBegun:
            all.push_back({"posts", &SwitchModel::post, who});
            return;
        case Switcher::At::kPosted:
            if (mayAnswer(who)) all.push_back({"answers", &SwitchModel::answer, who});
            return;
        case Switcher::At::kAnswered:
            return;
    }
}

std::vector<SwitchModel::Move> SwitchModel::moves() const {
    std::vector<Move> all;
    addTickMoves(all);
    addWriterMoves(all);
    for (unsigned who = 0; who < kSwitchers; ++who) addMovesOf(who, all);
    return all;
}

std::string SwitchModel::stateKey() const {
    std::string key;
    const auto add = [&key](auto value) {
        key += static_cast<char>('0' + static_cast<int>(value));
    };
    const auto addClosures = [&](const std::vector<Closure>& closures) {
        for (const auto& closure : closures) {
            add(closure.of ? static_cast<int>(*closure.of) : -1);
            add(closure.permit.epoch);
            add(closure.before);
            add(closure.allowed);
        }
        key += "|";
    };
    add(world_.gate.isOpen());
    add(world_.gate.epoch());
    add(static_cast<int>(world_.tick.at));
    add(world_.tick.permit.epoch);
    add(world_.tick.before);
    add(world_.ticks);
    for (const auto& switcher : world_.switchers) {
        add(static_cast<int>(switcher.at));
        add(switcher.order.number);
        add(switcher.epoch);
        add(switcher.is_over + 2 * switcher.is_written);
    }
    addClosures(world_.waiting);
    addClosures(world_.pass);
    add(world_.in_pass ? static_cast<int>(world_.run) : -1);
    add(world_.row ? *world_.row : 2);
    add(world_.has_failed);
    add(world_.last_order ? *world_.last_order : 2);
    const auto& votes = world_.votes.votes();
    add(votes.configuration.has_value());
    add(votes.runtime ? votes.runtime->on : 2);
    return key;
}

/// Once both orders are answered and every pass went well, the database says what holds.
void SwitchModel::checkState() {
    const auto at = [&](Who who) { return world_.switchers[static_cast<unsigned>(who)].at; };
    const bool answered =
        at(Who::kOff) == Switcher::At::kAnswered && at(Who::kOn) == Switcher::At::kAnswered;
    if (!answered || world_.has_failed) return;
    if (world_.row != world_.last_order || world_.votes.votes().runtime->on != *world_.last_order) {
        fail("what holds is not what the database says");
    }
}

void SwitchModel::visit() {
    if (!result_.violation.empty() || !met_.insert(stateKey()).second) return;
    ++result_.states;
    checkState();
    for (const auto& move : moves()) {
        const auto before = world_;
        path_.push_back(move);
        (this->*move.step)(move.who);
        visit();
        path_.pop_back();
        world_ = before;
    }
}

SwitchModel::Result SwitchModel::explore() {
    follow(world_.gate, world_.votes);
    visit();
    return result_;
}

}  // namespace orch::testing
