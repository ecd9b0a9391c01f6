using Amazon.CDK;

namespace ScrewInspection
{
    internal static class Program
    {
        public static void Main()
        {
            var app = new App();
            var screws = new ScrewInspectionStack(app, "ScrewInspection");
            new AlarmsStack(app, "ScrewInspectionAlarms", screws.Provider);
            app.Synth();
        }
    }
}
