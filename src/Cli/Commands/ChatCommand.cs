// Owns "tern chat": a conversation in the terminal.
using System.CommandLine;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine;
using Tern.Engine.Sampling;

namespace Tern.Cli.Commands;

/// <summary>Converses with a model. Ctrl-C stops an answer, not the program.</summary>
internal static class ChatCommand
{
    private const string Help = """
        /help           this text
        /clear          forget the conversation
        /system TEXT    start over with an instruction
        /history        show the conversation
        /info           show model, memory and limits
        /exit           leave (also Ctrl-D)
        A line that ends in a backslash goes on in the next. Ctrl-C stops an answer.
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var engineFlags = new EngineFlags();
        var samplingFlags = new SamplingFlags();
        var system = EnvironmentOption.Create<string?>("--system-prompt", "Instruction before the first message", null);
        var command = new Command("chat", "Converse with a model in the terminal.") { system };
        engineFlags.AddTo(command);
        samplingFlags.AddTo(command);
        command.SetAction(
            async (parsed, _) =>
            {
                await using var engine = engineFlags.Load(parsed);
                if (engine.ChatTemplate is null)
                    throw new CommandLineException(
                        $"'{engine.Info.ModelName}' has no chat template; use 'tern run' to continue a text"
                    );
                await ConverseAsync(
                    engine,
                    parsed.GetValue(system),
                    samplingFlags.Read(parsed, engine.DefaultSampling)
                );
                return 0;
            }
        );
        return command;
    }

    private static async Task ConverseAsync(LlmEngine engine, string? system, SamplingParams sampling)
    {
        if (!Console.IsInputRedirected)
            Console.WriteLine(
                $"{engine.Info.ModelName} ({engine.Info.Architecture}), context {engine.Info.ContextLength} tokens. /help for commands, Ctrl-D to leave."
            );
        var conversation = new Conversation(engine, system);
        var editor = new LineEditor("> ");
        while (editor.Read() is { } line)
        {
            string text = line.Trim();
            if (text is "/exit" or "/quit")
                return;
            if (text.Length == 0)
                continue;
            if (text.StartsWith("/system ", StringComparison.Ordinal))
                conversation = new Conversation(engine, text["/system ".Length..]);
            else if (text[0] == '/')
                Obey(text, conversation, engine);
            else
                await AnswerAsync(conversation, line, sampling);
        }
    }

    private static void Obey(string command, Conversation conversation, LlmEngine engine)
    {
        switch (command)
        {
            case "/help":
                Console.WriteLine(Help);
                break;
            case "/clear":
                conversation.Clear();
                break;
            case "/history":
                foreach (var (role, content) in conversation.Messages)
                    Console.WriteLine($"{role}: {content}");
                break;
            case "/info":
                Console.WriteLine(string.Join('\n', EngineFlags.Summary(engine)));
                break;
            default:
                Console.WriteLine($"{command} is no command; /help lists them.");
                break;
        }
    }

    private static async Task AnswerAsync(Conversation conversation, string text, SamplingParams sampling)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler onControlC = (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += onControlC;
        try
        {
            var last = await conversation.AskAsync(text, sampling, Console.Out.Write, stop.Token);
            Console.WriteLine();
            if (stop.IsCancellationRequested)
                Console.WriteLine("[stopped]");
            else if (last is not null)
                Console.WriteLine(PerformanceLine.Of(last.Usage));
        }
        catch (RequestRejectedException error)
        {
            // Most often the context is full: the conversation can go on after /clear.
            Console.WriteLine($"[{error.Message}; /clear starts over]");
        }
        finally
        {
            Console.CancelKeyPress -= onControlC;
        }
    }
}
