// Owns the contract of the second operand of a float product: panels of 16 outputs, whatever they are made from.
namespace Tern.Kernels.Cpu.Float;

/// <summary>An unmanaged struct, so that it travels with the work that is handed to other threads.</summary>
internal unsafe interface IPanels
{
    /// <summary>
    /// A part of a panel's depth as floats: 16 for each step, those beyond the last output of any value.
    /// </summary>
    /// <param name="panel">Which 16 outputs.</param>
    /// <param name="start">The first step.</param>
    /// <param name="depth">Steps.</param>
    /// <param name="room">Memory for 16 · depth floats, which the result may lie in.</param>
    float* Slab(int panel, int start, int depth, float* room);

    /// <summary>
    /// What <see cref="Slab"/> will read from memory, to be asked for while rows multiply with the slab before: where it begins,
    /// and how many bytes a step has, 0 if asking is of no use.
    /// </summary>
    /// <param name="panel">Which 16 outputs, or those after the last.</param>
    /// <param name="start">The first step.</param>
    /// <param name="rows">Rows that multiply.</param>
    (nint At, int StepBytes) Ahead(int panel, int start, int rows);
}
