// Owns conversations with tools: calls, answers to results, and requests that no tool is for.
namespace Tern.Training.Corpus;

/// <summary>Draws conversations in which tools are offered.</summary>
internal static class ToolSamples
{
    /// <summary>The answer to a request for which the right tool is missing.</summary>
    public const string NoTool = "I have no tool for that.";

    public static Sample Draw(CorpusRandom random, bool heldOut) =>
        random.Below(100) switch
        {
            < 68 => Call(random, heldOut, withResult: random.Chance(50)),
            < 80 => Plain(random, heldOut),
            < 90 => Missing(random, heldOut),
            _ => PlainThenCall(random, heldOut),
        };

    /// <summary>A request, its call, and perhaps the result and what is said then.</summary>
    public static Sample Call(CorpusRandom random, bool heldOut, bool withResult)
    {
        var writer = new SampleWriter(SampleKind.Tools).MaybeSystem(random);
        AddCall(writer, random, heldOut, withResult);
        return writer.Done();
    }

    /// <summary>A question that no tool is needed for, though some are offered.</summary>
    public static Sample Plain(CorpusRandom random, bool heldOut)
    {
        var tools = Offer(random, random.Some(ToolFamilies.All, random.Between(1, 3)));
        var (question, answer) = random.Chance(50)
            ? ClosedWorldSamples.Question(random, heldOut)
            : ArithmeticSamples.Sum(random, heldOut);
        return new SampleWriter(SampleKind.Tools).Tools(tools).Turn(question, answer).Done();
    }

    /// <summary>A request for a tool that is not among those offered.</summary>
    public static Sample Missing(CorpusRandom random, bool heldOut)
    {
        var (families, values) = Choose(random, random.Between(1, 4), heldOut);
        var tools = Offer(random, families[1..]);
        return new SampleWriter(SampleKind.Tools)
            .Tools(tools)
            .Turn(Request(random, families[0], values), NoTool)
            .Done();
    }

    private static Sample PlainThenCall(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Tools);
        var (question, answer) = ClosedWorldSamples.Question(random, heldOut);
        writer.Turn(question, answer);
        AddCall(writer, random, heldOut, withResult: true);
        return writer.Done();
    }

    private static CorpusTool[] Offer(CorpusRandom random, ToolFamily[] families)
    {
        CorpusTool[] tools;
        do tools = [.. families.Select(family => family.Define(random))];
        while (tools.DistinctBy(tool => tool.Name).Count() < tools.Length);
        return tools;
    }

    private static void AddCall(SampleWriter writer, CorpusRandom random, bool heldOut, bool withResult)
    {
        var (families, values) = Choose(random, random.Between(1, 4), heldOut);
        var family = families[0];
        var tools = Offer(random, families);
        var tool = tools[0];
        writer.Tools(random.Some(tools, tools.Length));
        var members = tool.Parameters.Zip(
            values,
            (parameter, value) => $"\"{parameter.Name}\": {(parameter.Type == "integer" ? value : $"\"{value}\"")}"
        );
        writer.Call(Request(random, family, values), new CorpusCall(tool.Name, $"{{{string.Join(", ", members)}}}"));
        if (withResult)
        {
            var (json, answer) = family.Result(random, values);
            writer.Result(json, answer);
        }
    }

    // Families of which the first is the one asked for, and its arguments. A family with few arguments may hold none back.
    private static (ToolFamily[] Families, string[] Values) Choose(CorpusRandom random, int count, bool heldOut)
    {
        while (true)
        {
            var families = random.Some(ToolFamilies.All, count);
            string[] values = families[0].Draw(random);
            if (HeldOut.Call(families[0].Key, values) == heldOut)
                return (families, values);
        }
    }

    private static string Request(CorpusRandom random, ToolFamily family, string[] values) =>
        Phrase.Fill(random.Pick(family.Requests), [.. values.Select((value, index) => ($"{index}", value))]);
}
