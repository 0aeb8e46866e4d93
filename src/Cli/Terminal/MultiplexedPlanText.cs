// Owns how a plan for several models is printed.
using System.Globalization;
using Tern.Simulation.Planning;

namespace Tern.Cli.Terminal;

/// <summary>One line for each model, by mesh; then why, and what second place would cost.</summary>
internal static class MultiplexedPlanText
{
    /// <summary>Writes the plan.</summary>
    public static void Write(TextWriter writer, MultiplexedPlan plan, string inputs)
    {
        writer.WriteLine($"{plan.Gpus} × {plan.Device}; {inputs}");
        writer.WriteLine();
        var table = new TextTable(true, true, false, true, true, true, true, false);
        table.Add("mesh", "devices", "model", "req/s", "served", "decode share", "batch", "limit");
        for (int i = 0; i < plan.Units.Count; i++)
        {
            foreach (var placed in plan.Units[i].Models)
            {
                table.Add(
                    $"{i + 1}",
                    $"{plan.Units[i].Gpus}",
                    placed.Name == placed.Model ? placed.Name : $"{placed.Name}={placed.Model}",
                    Number(placed.Rate),
                    Number(placed.Throughput),
                    Number(placed.DecodeShare),
                    $"{placed.Batch}",
                    placed.Limit
                );
            }
        }
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine($"why: {plan.Reason}");
        if (plan.PriceOfSecond is not null)
            writer.WriteLine($"else: {plan.PriceOfSecond}");
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
