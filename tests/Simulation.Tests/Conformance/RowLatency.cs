// Owns the latency model of conformance scenarios: one that a record of a step is enough to recompute.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Tests.Conformance;

/// <summary>
/// A step takes <paramref name="stepMs"/> and <paramref name="rowMs"/> for each row on each of equal stages. It counts the steps, as a small
/// scenario that takes very many will never end.
/// </summary>
internal sealed class RowLatency(double stepMs, double rowMs, int stages) : IStagedLatencyModel
{
    private const int TooMany = 30_000;
    private int _steps;

    public int Stages => stages;

    public double StageMs(int rows) => stepMs + rowMs * rows;

    public double StageMs(in StepShape step, int stage) =>
        ++_steps < TooMany ? StageMs(step.Rows) : throw new InvalidOperationException("no end in sight");

    public double StepMs(in StepShape step) => stages * StageMs(step.Rows);
}
