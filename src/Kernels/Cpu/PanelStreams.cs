// Owns the division of a weight's panels into tasks. Where panels are taken several at a time, a task's panels are as many
// streams from memory, each of consecutive panels: what comes after a panel is asked for before its end, by software and
// by hardware, and is what the stream goes on with.
namespace Tern.Kernels.Cpu;

internal readonly struct PanelStreams
{
    /// <summary>Bytes of a stream that a task reads: large enough to make handing it out cheap, small enough to balance.</summary>
    private const int StreamBytes = 128 << 10;

    private readonly int _panels;
    private readonly int _groups;

    /// <param name="panels">All panels.</param>
    /// <param name="panelBytes">Bytes of one.</param>
    /// <param name="atOnce">Panels at a time: streams of a task.</param>
    /// <param name="threads">Threads that share the tasks.</param>
    public PanelStreams(int panels, long panelBytes, int atOnce, int threads)
    {
        _panels = panels;
        _groups = (panels + atOnce - 1) / atOnce;
        AtOnce = atOnce;
        long tasks = (panels * panelBytes + StreamBytes * atOnce - 1) / (StreamBytes * atOnce);
        if (tasks > 1) // as many for every thread
            tasks = (tasks + threads - 1) / threads * threads;
        Tasks = (int)Math.Clamp(tasks, Math.Min(1, _groups), _groups);
    }

    /// <summary>Panels at a time.</summary>
    public int AtOnce { get; }

    public int Tasks { get; }

    /// <summary>
    /// A task's panels: groups of <see cref="AtOnce"/> that lie <c>Apart</c> panels apart and begin at <c>First</c> and the
    /// <c>Apart - 1</c> after it; then the rest up to <c>End</c>, one by one.
    /// </summary>
    public (int First, int Apart, int End) Of(int task)
    {
        int first = Start(task);
        int end = Start(task + 1);
        return (first, (end - first) / AtOnce, end);
    }

    private int Start(int task) => Math.Min((int)((long)task * _groups / Tasks) * AtOnce, _panels);
}
